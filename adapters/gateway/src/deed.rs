//! Everything that changes something: fields are read and checked, a command is made of them, the engine is asked,
//! and its reply becomes the answer.

use crate::accept::{Media, media, minimal};
use crate::caller::{self, PERSON};
use crate::field::{self, Given, Manner, Read};
use crate::hal::{self, Spot};
use crate::intake;
use crate::json;
use crate::limits::RETRY_AFTER_S;
use crate::links::Base;
use crate::problem::{self, Refusal};
use crate::site::{Visit, allowed};
use crate::table::{Entry, Mount, Place};
use crate::wait::answered;
use axum::body::Body as HttpBody;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use engine::ports::{Ask, IdempotencyKey, Reply};
use kernel::{Asked, Body, Caller, Deed, Id, Method, Problem, Resource, Route, Target};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;

const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

pub(crate) async fn place(
    visit: &Visit<'_>,
    place: &Place<'_>,
    method: Method,
    body: &mut HttpBody,
) -> Result<Response<HttpBody>, Refusal> {
    let by_service = visit.service.is_some();
    let found = match place {
        Place::Collection(mount, entry) => {
            entry.on_collection(method, by_service).map(|route| (*mount, *entry, route, None))
        }
        Place::Item(mount, entry, id) => {
            entry.on_item(method, by_service).map(|route| (*mount, *entry, route, Some(*id)))
        }
        Place::Further(mount, entry) => {
            let routes = entry.further(mount.local(visit.parts.uri.path()), by_service);
            let route = routes.into_iter().find(|(route, _)| route.method == method);
            route.map(|(route, id)| (*mount, *entry, route, id))
        }
        _ => None,
    };
    let Some((mount, entry, route, id)) = found else {
        return Err(Refusal::method_not_allowed(&allowed(visit, place)?));
    };
    Errand { visit, mount, entry, route, id }.run(body).await
}

/// One request that may change something.
struct Errand<'a> {
    visit: &'a Visit<'a>,
    mount: &'a Mount,
    entry: &'a Entry,
    route: &'a Route,
    /// The number in the path.
    id: Option<Id>,
}

impl Errand<'_> {
    async fn run(&self, body: &mut HttpBody) -> Result<Response<HttpBody>, Refusal> {
        let headers = &self.visit.parts.headers;
        let media = media(headers)?;
        let key = caller::idempotency_key(headers)?;
        let given = self.given(body).await?;
        let fields = self.tokenized(field::read(self.entry.resource(), given, self.manner())?).await?;
        let caller = self.visit.service.map_or(Caller::Person, Caller::Service);
        let deed = (self.route.handler)(&Asked { caller, id: self.id, fields: &fields })?;
        let about = (deed.kind, deed.target);
        if let Some(delay) = deed.delay {
            self.visit.site.front.note(&format!("SLEEPING..............{}", delay.0));
            tokio::time::sleep(Duration::from_millis(delay.0)).await;
        }
        let key = key.map(|key| IdempotencyKey {
            caller: self.visit.service.unwrap_or(PERSON).into(),
            fingerprint: self.fingerprint(&fields),
            key: key.into_owned(),
        });
        let reply = answered(|reply| self.visit.site.front.ask(self.ask(deed, key), reply)).await?;
        Ok(self.answer(about, &reply, media))
    }

    fn ask(&self, deed: Deed, key: Option<IdempotencyKey>) -> Ask {
        let success = match self.route.method {
            Method::Post => 201,
            Method::Get | Method::Put | Method::Patch => 200,
            Method::Delete => 204,
        };
        let (system, service) = (self.entry.system.name, self.entry.service());
        Ask { system, service, deed, success, key }
    }

    fn manner(&self) -> Manner {
        let method = self.route.method;
        Manner {
            whole: matches!(method, Method::Post | Method::Put) && !self.route.internal,
            keep_null: method == Method::Patch,
            by_service: self.visit.service.is_some(),
        }
    }

    /// DELETE has its fields behind the question mark, the others in the body.
    async fn given(&self, body: &mut HttpBody) -> Result<Given, Refusal> {
        let (table, parts) = (self.entry.resource(), self.visit.parts);
        let by_service = self.visit.service.is_some();
        if self.route.method == Method::Delete {
            return Ok(parameters(table, parts.uri.query().unwrap_or_default(), by_service)?);
        }
        intake::check_type(&parts.headers)?;
        let bytes = intake::read(&parts.headers, body).await?;
        Ok(json::object(table, &bytes, by_service)?)
    }

    /// The fields, with tokens in place of card numbers. Comes last: only a request that is right otherwise gets one.
    async fn tokenized(&self, read: Read) -> Result<Body, Refusal> {
        let mut fields = read.fields;
        for (name, number) in read.cards {
            let card = answered(|token| self.visit.site.front.card(number.0, token)).await??;
            fields = fields.with_card(name, Some(&card));
        }
        Ok(fields)
    }

    /// Of what the request says, however it was written and wherever its system is mounted.
    fn fingerprint(&self, fields: &Body) -> String {
        let path = self.mount.local(self.visit.parts.uri.path());
        let mut said = format!("{} {path}\n", self.route.method.name()).into_bytes();
        serde_json::to_writer(&mut said, fields).expect("named JSON values always serialize into memory");
        hex(&Sha256::digest(&said))
    }

    /// Where the record is that was decided on; `None`: people do not see such records.
    fn spot(&self, (kind, target): (&str, Target), reply: &Reply) -> Option<Spot<'_>> {
        let entry = match self.entry {
            entry if entry.resource().kind == kind => entry,
            _ => self.mount.of_kind(self.entry.service(), kind)?,
        };
        let decided = match target {
            Target::Id(id) => Some(id),
            Target::New => None,
        };
        Some(Spot { entry, id: reply.id.or(decided)? })
    }

    fn answer(&self, about: (&str, Target), reply: &Reply, media: Media) -> Response<HttpBody> {
        let mut response = match &reply.problem {
            Some(no) => problem::stored(reply.status, no, reply.retry_after_s, &self.visit.scene()),
            None => self.success(about, reply, media),
        };
        if reply.replayed {
            response.headers_mut().insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }

    fn success(&self, about: (&str, Target), reply: &Reply, media: Media) -> Response<HttpBody> {
        let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let spot = self.spot(about, reply);
        let href = spot.as_ref().map(|spot| spot.href(&Base::of(self.visit.parts, &self.mount.prefix)));
        let is_done = matches!(status, StatusCode::OK | StatusCode::CREATED);
        let is_minimal = is_done && minimal(&self.visit.parts.headers);
        let record = reply.body.as_deref().unwrap_or("{}").as_bytes();
        let mut response = match (record, &spot, &href) {
            _ if is_minimal || status == StatusCode::NO_CONTENT => {
                let mut response = Response::new(HttpBody::empty());
                *response.status_mut() =
                    if status == StatusCode::OK { StatusCode::NO_CONTENT } else { status };
                response
            }
            (record, Some(spot), Some(href)) => {
                let json = hal::item(record, href, spot.entry.resource().singular);
                hal::answer(status, media.content_type(), json)
            }
            (record, ..) => hal::answer(status, media.content_type(), record.to_vec()),
        };
        let headers = response.headers_mut();
        if is_minimal {
            headers.insert(PREFERENCE_APPLIED, HeaderValue::from_static("return=minimal"));
        }
        if let (StatusCode::CREATED, Some(href)) = (status, href)
            && let Ok(location) = HeaderValue::try_from(href)
        {
            headers.insert(LOCATION, location);
        }
        let retry = reply.retry_after_s.map(|seconds| seconds.max(1));
        if let Some(seconds) = retry.or((status == StatusCode::ACCEPTED).then_some(RETRY_AFTER_S)) {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

fn parameters(table: &Resource, query: &str, keep_unknown: bool) -> Result<Given, Problem> {
    let mut given = Given::nothing(table);
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        let value = Value::String(text.into_owned());
        match field::named(table, &name) {
            Some((at, by_alias)) if !given.put(at, by_alias, value.clone()) => {
                let english = format!("Parameter {name} is given twice.");
                let korean = format!("{name} 매개변수가 두 번 있습니다.");
                return Err(Problem::new(400, "bad-parameter", english, korean).field(name));
            }
            Some(_) => {}
            None if keep_unknown && name != "id" => given.put_extra(name.into_owned(), value),
            None => {}
        }
    }
    Ok(given)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}
