//! All systems of this process, flattened: kinds and services by small numbers, names for storage.

use crate::ports::{LogRow, StoreError};
use kernel::{AnyEvent, DynAggregate, DynView, Service, System};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A kind of document or view row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(pub u16);

/// A service of some system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceNo(pub u16);

#[derive(Debug)]
struct KindPlace {
    name: String,
    service: ServiceNo,
    /// Position among the aggregates, or the views, of its service.
    place: usize,
    view: bool,
}

#[derive(Debug)]
struct ServicePlace {
    name: String,
    system: usize,
    place: usize,
    kinds: Vec<Kind>,
    views: Vec<Kind>,
    runs: bool,
}

/// What runs here, and how everything is called.
#[derive(Debug)]
pub struct Registry {
    systems: Vec<Arc<System>>,
    kinds: Vec<KindPlace>,
    services: Vec<ServicePlace>,
    kind_by_name: BTreeMap<String, Kind>,
    service_by_name: BTreeMap<String, ServiceNo>,
}

impl Registry {
    /// All services of the systems; those named in `without` (`taxi.payment`) do not run.
    pub fn new(systems: Vec<Arc<System>>, without: &BTreeSet<String>) -> Self {
        let mut all = Self {
            systems,
            kinds: Vec::new(),
            services: Vec::new(),
            kind_by_name: BTreeMap::new(),
            service_by_name: BTreeMap::new(),
        };
        for (number, system) in all.systems.clone().iter().enumerate() {
            for (place, service) in system.services.iter().enumerate() {
                let no = ServiceNo(u16::try_from(all.services.len()).expect("there are few services"));
                let name = format!("{}.{}", system.name, service.name);
                let kinds = service.aggregates.iter().enumerate();
                let kinds =
                    kinds.map(|(at, one)| all.add_kind(system.name, one.kind(), no, at, false)).collect();
                let views = service.views.iter().enumerate();
                let views =
                    views.map(|(at, one)| all.add_kind(system.name, one.kind(), no, at, true)).collect();
                let runs = !without.contains(&name);
                all.service_by_name.insert(name.clone(), no);
                all.services.push(ServicePlace { name, system: number, place, kinds, views, runs });
            }
        }
        all
    }

    fn add_kind(&mut self, system: &str, kind: &str, service: ServiceNo, place: usize, view: bool) -> Kind {
        let number = Kind(u16::try_from(self.kinds.len()).expect("there are few kinds"));
        let name = format!("{system}.{kind}");
        let twice = self.kind_by_name.insert(name.clone(), number);
        assert!(twice.is_none(), "kind {name} is declared twice");
        self.kinds.push(KindPlace { name, service, place, view });
        number
    }

    pub fn systems(&self) -> &[Arc<System>] {
        &self.systems
    }

    /// `taxi.order` → its kind. View rows have kinds too.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.kind_by_name.get(name).copied()
    }

    pub fn kind_name(&self, kind: Kind) -> &str {
        &self.place_of(kind).name
    }

    fn place_of(&self, kind: Kind) -> &KindPlace {
        &self.kinds[usize::from(kind.0)]
    }

    pub fn service_of(&self, kind: Kind) -> ServiceNo {
        self.place_of(kind).service
    }

    /// The aggregate behind a kind; `None`: a view.
    pub fn aggregate(&self, kind: Kind) -> Option<&dyn DynAggregate> {
        let place = self.place_of(kind);
        (!place.view).then(|| &*self.service(place.service).aggregates[place.place])
    }

    /// The view behind a kind; `None`: an aggregate.
    pub fn view(&self, kind: Kind) -> Option<&dyn DynView> {
        let place = self.place_of(kind);
        place.view.then(|| &*self.service(place.service).views[place.place])
    }

    fn service_place(&self, no: ServiceNo) -> &ServicePlace {
        &self.services[usize::from(no.0)]
    }

    pub fn service(&self, no: ServiceNo) -> &Service {
        let place = self.service_place(no);
        &self.systems[place.system].services[place.place]
    }

    /// `taxi.order` → the service.
    pub fn service_named(&self, name: &str) -> Option<ServiceNo> {
        self.service_by_name.get(name).copied()
    }

    pub fn service_name(&self, no: ServiceNo) -> &str {
        &self.service_place(no).name
    }

    pub fn system_no(&self, no: ServiceNo) -> usize {
        self.service_place(no).system
    }

    pub fn system(&self, no: ServiceNo) -> &System {
        &self.systems[self.system_no(no)]
    }

    /// A service by the names of its system and its own.
    pub fn service_of_system(&self, system: &str, name: &str) -> Option<ServiceNo> {
        self.services().find(|no| self.system(*no).name == system && self.service(*no).name == name)
    }

    /// A service of the same system, by its short name.
    pub fn sibling(&self, no: ServiceNo, name: &str) -> Option<ServiceNo> {
        let system = self.system_no(no);
        self.services().find(|other| self.system_no(*other) == system && self.service(*other).name == name)
    }

    /// A kind of document of a service, by its short name.
    pub fn own_kind(&self, no: ServiceNo, kind: &str) -> Option<Kind> {
        let of_kind = |one: &&Kind| self.aggregate(**one).is_some_and(|aggregate| aggregate.kind() == kind);
        self.kinds_of(no).iter().find(of_kind).copied()
    }

    pub fn runs(&self, no: ServiceNo) -> bool {
        self.service_place(no).runs
    }

    /// Kinds of the documents of a service, in the order it declares them.
    pub fn kinds_of(&self, no: ServiceNo) -> &[Kind] {
        &self.service_place(no).kinds
    }

    /// Kinds of the views of a service.
    pub fn views_of(&self, no: ServiceNo) -> &[Kind] {
        &self.service_place(no).views
    }

    /// The event of a stored row and who recorded it; `None`: a service that is not here.
    pub(crate) fn event(&self, row: &LogRow) -> Result<Option<(ServiceNo, AnyEvent)>, StoreError> {
        let Some(source) = self.service_named(&row.source) else { return Ok(None) };
        let event = self.service(source).decode_event(&row.name, &row.body);
        let event =
            event.map_err(|error| StoreError::Broken(format!("row {} of the log: {error}", row.seq)))?;
        Ok(Some((source, event)))
    }

    pub fn services(&self) -> impl Iterator<Item = ServiceNo> + use<> {
        (0..u16::try_from(self.services.len()).expect("there are few services")).map(ServiceNo)
    }

    pub fn all_kinds(&self) -> impl Iterator<Item = Kind> + use<> {
        (0..u16::try_from(self.kinds.len()).expect("there are few kinds")).map(Kind)
    }
}
