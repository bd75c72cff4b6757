//! The clients of a world: they ask, wait, look, and ask again when a connection breaks.

use super::{STEPS_MAX, Ticket, World, fields};
use crate::seen::Seen;
use engine::Input;
use engine::ports::{Ask, IdempotencyKey, Page, Query, Reader, Reply};
use kernel::{Asked, Caller, Id, Method, Millis};
use serde_json::Value;
use std::sync::{Arc, Mutex};

impl World {
    /// Asks and plays until the answer is there; panics if it never comes. A client whose connection broke in a
    /// crash asks again with the same key, until it is answered.
    #[track_caller]
    pub fn ask(&mut self, method: Method, path: &str, body: Value) -> Seen {
        self.asked += 1;
        let key = format!("request-{}", self.asked);
        let patient = self.twists.crash_after_commit.or(self.twists.refuse_commit);
        let key = patient.map(|_| key.as_str());
        loop {
            let crashes = self.crashes;
            let ticket = self.send(method, path, body.clone(), key);
            match self.answer_unless_crashed(ticket, crashes) {
                Some(seen) if key.is_some() && seen.code.as_deref() == Some("store-unavailable") => {}
                Some(seen) => return seen,
                None => assert!(key.is_some(), "the process crashed under a request"),
            }
        }
    }

    #[track_caller]
    fn answer_unless_crashed(&mut self, ticket: Ticket, crashes: u64) -> Option<Seen> {
        for _ in 0..STEPS_MAX {
            if let Some(seen) = self.peek(ticket) {
                return Some(seen);
            }
            if self.crashes > crashes {
                return None;
            }
            assert!(self.tick(Millis::minutes(10)), "request {ticket} is never answered");
        }
        panic!("request {ticket} is never answered")
    }

    /// The answer, if it is there already.
    pub fn peek(&self, ticket: Ticket) -> Option<Seen> {
        self.tickets.lock().expect("one thread")[ticket].as_ref().map(Seen::of)
    }

    /// Sends a request and takes one step with it.
    pub fn send(&mut self, method: Method, path: &str, body: Value, key: Option<&str>) -> Ticket {
        let ticket = {
            let mut tickets = self.tickets.lock().expect("one thread");
            tickets.push(None);
            tickets.len() - 1
        };
        match self.read(method, path, &body, key) {
            Ok(ask) => {
                let tickets = Arc::clone(&self.tickets);
                let reply = Box::new(move |reply| {
                    tickets.lock().expect("one thread")[ticket] = Some(reply);
                });
                self.step(vec![Input::Ask(ask, reply)]);
            }
            Err(reply) => self.tickets.lock().expect("one thread")[ticket] = Some(*reply),
        }
        ticket
    }

    fn read(&self, method: Method, path: &str, body: &Value, key: Option<&str>) -> Result<Ask, Box<Reply>> {
        let system = self.system();
        for service in &system.services {
            for resource in &service.resources {
                for route in resource.routes.iter().filter(|route| route.method == method && !route.internal)
                {
                    let Some(id) = route.matches(path) else { continue };
                    let fields = fields::fields(&resource.fields, body);
                    let asked = Asked { caller: Caller::Person, id, fields: &fields };
                    let deed =
                        (route.handler)(&asked).map_err(|problem| Box::new(Reply::of_problem(&problem)))?;
                    let success = match method {
                        Method::Post => 201,
                        Method::Delete => 204,
                        Method::Get | Method::Put | Method::Patch => 200,
                    };
                    let fingerprint = format!("{} {path} {body}", method.name());
                    let key = key.map(|key| IdempotencyKey {
                        caller: "person".into(),
                        key: key.into(),
                        fingerprint,
                    });
                    let (system, service) = (system.name, service.name);
                    return Ok(Ask { system, service, deed, success, key });
                }
            }
        }
        panic!("nobody serves {} {path}", method.name())
    }

    /// `orders` → `taxi.order`
    fn kind_of(&self, plural: &str) -> String {
        let mut resources = self.system().services.iter().flat_map(|service| &service.resources);
        let resource = resources.find(|one| one.plural == plural).expect("a known collection");
        format!("{}.{}", self.system().name, resource.kind)
    }

    /// `/orders/1` as people see it now; 404: nobody sees it.
    pub fn get(&mut self, path: &str) -> Seen {
        let (resource, id) = path.trim_start_matches('/').split_once('/').expect("/plural/number");
        let id = Id(id.parse().expect("a number"));
        let kind = self.registry.kind(&self.kind_of(resource)).expect("resources show kinds");
        let body = if self.registry.view(kind).is_some() {
            self.follower.look(kind, id).expect("memory does not fail")
        } else {
            let found = Arc::new(Mutex::new(None));
            let slot = Arc::clone(&found);
            let found_it = Box::new(move |body| *slot.lock().expect("one thread") = body);
            self.step(vec![Input::Item { kind, id, found: found_it }]);
            found.lock().expect("one thread").take()
        };
        let status = if body.is_some() { 200 } else { 404 };
        let body = body.map_or(Value::Null, |body| serde_json::to_value(&body).expect("a record is JSON"));
        Seen { status, id: Some(id.0), body, code: None, replayed: false }
    }

    /// All rows of a collection or view, by number.
    pub fn list(&mut self, plural: &str) -> Vec<Value> {
        let kind = self.kind_of(plural);
        let query = Query { kind, equals: None, sort: None, offset: 0, limit: u64::from(u32::MAX) };
        self.follower.write().expect("memory does not fail");
        let Page { rows, .. } = self.shelf.reader().page(&query).expect("memory does not fail");
        rows.iter().map(|(_, body)| serde_json::to_value(body).expect("a record is JSON")).collect()
    }
}
