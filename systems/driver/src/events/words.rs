//! Values that travel in events: what a customer wishes, who drives, where something is, who was looked at.

use alloc::borrow::Cow;
use alloc::string::String;
use kernel::{Body, Id};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is data: the document's own words, kept as they are.
pub type Text = Cow<'static, str>;

/// The gearbox of the customer's car: 운전형태.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DrivingType {
    #[default]
    #[serde(rename = "자동")]
    Automatic,
    #[serde(rename = "수동")]
    Manual,
}

impl DrivingType {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Automatic => "자동",
            Self::Manual => "수동",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Automatic, Self::Manual].into_iter().find(|own| own.word() == word)
    }
}

/// The gearboxes that a driver can handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Skill {
    #[serde(rename = "자동")]
    Automatic,
    #[serde(rename = "수동")]
    Manual,
    #[serde(rename = "자동,수동")]
    Both,
}

impl Skill {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Automatic => "자동",
            Self::Manual => "수동",
            Self::Both => "자동,수동",
        }
    }

    /// One type, or both with a comma between them, in either order.
    pub fn of_word(word: &str) -> Option<Self> {
        let mut types = word.split(',').map(|part| DrivingType::of_word(part.trim()));
        let first = types.next()??;
        match (types.next(), types.next()) {
            (None, None) if first == DrivingType::Automatic => Some(Self::Automatic),
            (None, None) => Some(Self::Manual),
            (Some(second), None) if second? != first => Some(Self::Both),
            _ => None,
        }
    }

    pub const fn suits(self, wanted: DrivingType) -> bool {
        matches!(
            (self, wanted),
            (Self::Both, _) | (Self::Automatic, DrivingType::Automatic) | (Self::Manual, DrivingType::Manual)
        )
    }
}

/// An angle in millionths of a degree, about 10 cm on the ground: whole, so that it is the same after each writing and
/// reading. On the wire a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Degrees(i32);

impl Degrees {
    const PER_DEGREE: f64 = 1e6;

    /// Of an angle up to 180 degrees either way, as the fields of this system allow.
    pub fn of(angle: f64) -> Self {
        let half = if angle < 0.0 { -0.5 } else { 0.5 };
        #[expect(clippy::cast_possible_truncation, reason = "180 millions fit, and beyond it saturates")]
        Self((angle * Self::PER_DEGREE + half) as i32)
    }

    pub fn angle(self) -> f64 {
        f64::from(self.0) / Self::PER_DEGREE
    }
}

impl Serialize for Degrees {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.angle())
    }
}

impl<'de> Deserialize<'de> for Degrees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self::of)
    }
}

/// A place on the earth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub lat: Degrees,
    pub lng: Degrees,
}

impl Point {
    pub fn of(lat: f64, lng: f64) -> Self {
        Self { lat: Degrees::of(lat), lng: Degrees::of(lng) }
    }
}

/// What a customer wishes: a driver for a car, at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wish {
    pub tel: String,
    pub location: Option<String>,
    pub cost: Option<i64>,
    #[serde(default)]
    pub driving_type: DrivingType,
    #[serde(flatten)]
    pub at: Option<Point>,
}

/// A driver as customers know one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub driverid: String,
    pub driver: String,
    pub drivertel: String,
}

/// Somebody who was looked at for a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// Of `/drivers`.
    pub driver_no: Id,
    /// From the call, in meters; none: a place is not known.
    pub distance_m: Option<u32>,
    /// Why it was passed over; none: this one comes.
    pub passed_over: Option<Text>,
}

/// A record with what was wished.
pub(crate) fn with_wish(body: Body, wish: &Wish) -> Body {
    with_point(
        body.with("tel", wish.tel.as_str())
            .with("location", wish.location.as_deref())
            .with("cost", wish.cost)
            .with("drivingType", wish.driving_type.word()),
        wish.at,
    )
}

/// A record with a place.
pub(crate) fn with_point(body: Body, at: Option<Point>) -> Body {
    body.with("lat", at.map(|at| at.lat.angle())).with("lng", at.map(|at| at.lng.angle()))
}

/// What a client wrote, with the place as exactly as a record keeps it.
pub(crate) fn as_kept(mut written: Body) -> Body {
    for name in ["lat", "lng"] {
        if let Some(angle) = written.decimal(name) {
            written.set(name, Degrees::of(angle).angle().into());
        }
    }
    written
}

/// A record with the driver who comes.
pub(crate) fn with_driver(body: Body, driver: Option<&Person>) -> Body {
    let text = |own: fn(&Person) -> &String| driver.map(|driver| own(driver).as_str());
    body.with("driverid", text(|own| &own.driverid))
        .with("driver", text(|own| &own.driver))
        .with("drivertel", text(|own| &own.drivertel))
}
