//! Which driver a call gets (D2, D3): free and able, the nearest first; where a place is not known, whoever has waited
//! longest. The near ones are found by cells of the earth, in growing rings around the call.

use super::{Member, Pool, places};
use crate::events::{Candidate, DrivingType, Point, Wish};
use alloc::vec::Vec;
use h3o::{CellIndex, LatLng, Resolution};
use kernel::Id;

/// How far a driver comes at most, in meters: beyond, the customer waits longer than for the next one who is free.
pub const REACH_M: u32 = 40_000;
/// Candidates that are kept with a choice.
pub const CANDIDATES_MAX: usize = 20;
/// Cells of about 5 square kilometers: a city has some hundred.
const CELLS: Resolution = Resolution::Seven;
/// No edge of such a cell is shorter, in meters; on the average it is 1,400.
const EDGE_MIN_M: u32 = 1_000;
/// Those whose place is not known.
const NOWHERE: u64 = 0;

const BUSY: &str = "BUSY";
const DRIVING_TYPE: &str = "DRIVING_TYPE";
const TOO_FAR: &str = "TOO_FAR";
const LATER: &str = "LATER";

/// Who comes, and who was looked at, in the order of preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub chosen: Option<Id>,
    pub candidates: Vec<Candidate>,
}

/// Somebody looked at.
#[derive(Clone, Copy)]
struct Seen {
    driver: Id,
    member: Member,
    distance_m: Option<u32>,
}

fn on_earth(at: Point) -> Option<LatLng> {
    LatLng::new(at.lat.angle(), at.lng.angle()).ok()
}

fn cell(at: Option<Point>) -> Option<CellIndex> {
    Some(on_earth(at?)?.to_cell(CELLS))
}

/// The cell of a place, as it is kept.
pub(super) fn cell_of(at: Option<Point>) -> u64 {
    cell(at).map_or(NOWHERE, u64::from)
}

/// Along the surface; none: a place is not known.
pub fn distance_m(from: Option<Point>, to: Option<Point>) -> Option<u32> {
    let meters = on_earth(from?)?.distance_m(on_earth(to?)?);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "half round the earth fits")]
    Some((meters + 0.5) as u32)
}

/// Where a call is: where it says, else the quarter of the city that it names.
pub fn place_of(wish: &Wish) -> Option<Point> {
    place(wish.location.as_deref(), wish.at)
}

/// A place that was said, else the one that a text names.
pub fn place(location: Option<&str>, at: Option<Point>) -> Option<Point> {
    at.or_else(|| places::find(location?))
}

/// Whether a driver can take a call, be it now or later.
pub fn suits(member: &Member, wanted: DrivingType, at: Option<Point>) -> bool {
    member.skill.suits(wanted) && distance_m(at, member.at).is_none_or(|meters| meters <= REACH_M)
}

/// `free_now`: a driver who is not so in the pool yet.
pub fn choose(
    pool: &Pool,
    free_now: Option<(Id, &Member)>,
    wanted: DrivingType,
    at: Option<Point>,
) -> Choice {
    let look =
        |driver, member: &Member| Seen { driver, member: *member, distance_m: distance_m(at, member.at) };
    let can = |seen: &Seen| seen.member.busy.is_none() && suits(&seen.member, wanted, at);
    let now = free_now.map(|(driver, member)| look(driver, member));
    let others = |(driver, _): &(Id, &Member)| free_now.is_none_or(|(now, _)| now != *driver);
    let mut seen: Vec<Seen> = now.into_iter().collect();
    if let Some(middle) = cell(at) {
        let mut best = seen.iter().filter(|one| can(one)).filter_map(|one| one.distance_m).min();
        for ring in 0.. {
            if nearest_in_ring(ring) > best.unwrap_or(REACH_M) {
                break;
            }
            for cell in middle.grid_ring::<Vec<CellIndex>>(ring) {
                let here =
                    pool.in_cell(cell.into()).filter(others).map(|(driver, member)| look(driver, member));
                seen.extend(here);
            }
            best = seen.iter().filter(|one| can(one)).filter_map(|one| one.distance_m).min();
        }
        if best.is_none() {
            let nowhere = pool.in_cell(NOWHERE).filter(others);
            seen.extend(nowhere.map(|(driver, member)| look(driver, member)));
        }
    } else {
        seen.extend(pool.members().filter(others).map(|(driver, member)| look(driver, member)));
    }
    seen.sort_by_key(|one| (one.distance_m.unwrap_or(u32::MAX), one.member.turn, one.driver));
    let chosen = seen.iter().find(|one| can(one)).map(|one| one.driver);
    Choice { chosen, candidates: told(&seen, chosen, wanted) }
}

/// How far the nearest point of a ring is at least.
fn nearest_in_ring(ring: u32) -> u32 {
    (3 * ring * EDGE_MIN_M / 2).saturating_sub(2 * EDGE_MIN_M)
}

/// The first of those who were looked at, whoever comes among them, each with the reason why not.
fn told(seen: &[Seen], chosen: Option<Id>, wanted: DrivingType) -> Vec<Candidate> {
    let candidate = |one: &Seen| {
        let passed_over = match one {
            one if Some(one.driver) == chosen => None,
            one if one.member.busy.is_some() => Some(BUSY),
            one if !one.member.skill.suits(wanted) => Some(DRIVING_TYPE),
            one if one.distance_m.is_some_and(|meters| meters > REACH_M) => Some(TOO_FAR),
            _ => Some(LATER),
        };
        Candidate {
            driver_no: one.driver,
            distance_m: one.distance_m,
            passed_over: passed_over.map(Into::into),
        }
    };
    let place = seen.iter().position(|one| Some(one.driver) == chosen);
    let (first, last) = match place {
        Some(place) if place >= CANDIDATES_MAX => (CANDIDATES_MAX - 1, Some(place)),
        _ => (CANDIDATES_MAX, None),
    };
    seen.iter().take(first).chain(last.map(|place| &seen[place])).map(candidate).collect()
}
