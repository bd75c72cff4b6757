//! One listener's site: from a request to its answer.

use crate::actuator;
use crate::caller::{CORRELATION_ID, correlation};
use crate::cors::{Cors, is_preflight};
use crate::deed;
use crate::intake;
use crate::limits::{OPEN_REQUESTS_MAX, RETRY_AFTER_S, URI_BYTES_MAX};
use crate::problem::{Refusal, Scene};
use crate::show;
use crate::table::{self, Mount, Place, Scope, Table};
use axum::Router;
use axum::body::Body;
use axum::http::header::ALLOW;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, Response};
use engine::ports::Front;
use futures_util::FutureExt;
use kernel::Problem;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What all listeners of a process share, and the rule for pages of other origins. Clones share.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub cors: Cors,
    pub ready: Ready,
    pub open: OpenRequests,
}

/// Whether `/actuator/health/readiness` says UP. It does from the start; the app says otherwise before it ends.
#[derive(Clone, Debug)]
pub struct Ready(Arc<AtomicBool>);

impl Default for Ready {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

impl Ready {
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Relaxed);
    }

    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts the requests that are being answered, against [`OPEN_REQUESTS_MAX`].
#[derive(Clone, Debug, Default)]
pub struct OpenRequests(Arc<AtomicUsize>);

/// One open request; ends when dropped, also if the client goes away.
struct OpenRequest<'a>(&'a AtomicUsize);

impl OpenRequests {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn enter(&self) -> Option<OpenRequest<'_>> {
        let before = self.0.fetch_add(1, Ordering::Relaxed);
        let request = OpenRequest(&self.0);
        (before < OPEN_REQUESTS_MAX).then_some(request)
    }
}

impl Drop for OpenRequest<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What one listener serves.
pub struct Site {
    pub(crate) front: Arc<dyn Front>,
    pub(crate) table: Table,
    pub(crate) options: Options,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("options", &self.options).finish_non_exhaustive()
    }
}

/// One listener's router: the site as fallback. Routes that the app adds go first.
///
/// # Panics
/// Where the tables of the systems contradict themselves; see [`Site::new`].
pub fn router(front: Arc<dyn Front>, scope: &Scope, options: Options) -> Router {
    let site = Arc::new(Site::new(front, scope, options));
    Router::new().fallback(move |request: Request<Body>| {
        let site = Arc::clone(&site);
        async move { site.answer(request).await }
    })
}

/// A request whose body has not been looked at.
pub(crate) struct Visit<'a> {
    pub(crate) site: &'a Site,
    pub(crate) parts: &'a Parts,
    pub(crate) correlation: &'a HeaderValue,
    /// The service that asks; `None`: a person.
    pub(crate) service: Option<&'a str>,
}

impl Visit<'_> {
    pub(crate) fn scene(&self) -> Scene<'_> {
        Scene {
            headers: &self.parts.headers,
            path: self.parts.uri.path(),
            correlation: self.correlation,
            now: self.site.front.now(),
        }
    }
}

impl Site {
    /// Builds the tables of a listener.
    ///
    /// # Panics
    /// Where they contradict themselves: two things at one path, a service that the system does not have, a finder
    /// of an unknown field, a GET that decides. The sentence says which.
    pub fn new(front: Arc<dyn Front>, scope: &Scope, options: Options) -> Self {
        Self { front, table: Table::build(scope), options }
    }

    /// The answer to one request. Never panics: what panics inside becomes a 500.
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (parts, mut body) = request.into_parts();
        let correlation = correlation(&parts.headers);
        let service = table::by_service(&self.table, &parts.headers);
        let visit = Visit { site: self, parts: &parts, correlation: &correlation, service };
        let answer = AssertUnwindSafe(self.routed(&visit, &mut body)).catch_unwind().await;
        let mut response = match answer.unwrap_or_else(|_panic| Err(Refusal::internal())) {
            Ok(response) => response,
            Err(refusal) => refusal.response(&visit.scene()),
        };
        intake::discard(body);
        self.options.cors.mark(&parts.headers, response.headers_mut());
        response.headers_mut().insert(CORRELATION_ID, correlation);
        response
    }

    async fn routed(&self, visit: &Visit<'_>, body: &mut Body) -> Result<Response<Body>, Refusal> {
        let Some(_open) = self.options.open.enter() else { return Err(busy().into()) };
        let uri = &visit.parts.uri;
        if uri.path().len() + uri.query().map_or(0, str::len) > URI_BYTES_MAX {
            return Err(long_address().into());
        }
        let place = self.table.find(uri.path()).ok_or_else(Refusal::not_found)?;
        if let Place::Collection(mount, entry)
        | Place::Item(mount, entry, _)
        | Place::Search(mount, entry)
        | Place::Finder(mount, entry, _)
        | Place::Further(mount, entry) = &place
        {
            let (system, service) = (entry.system.name, entry.service());
            if !self.front.runs(system, service) {
                return Err(not_running(mount, service).into());
            }
        }
        if let Place::Text(mount, page) = &place
            && !self.front.runs(page.system, page.service)
        {
            return Err(not_running(mount, page.service).into());
        }
        match visit.parts.method {
            Method::GET | Method::HEAD => show::place(visit, &place).await,
            Method::OPTIONS => options(visit, &place),
            Method::POST => deed::place(visit, &place, kernel::Method::Post, body).await,
            Method::PUT => deed::place(visit, &place, kernel::Method::Put, body).await,
            Method::PATCH => deed::place(visit, &place, kernel::Method::Patch, body).await,
            Method::DELETE => deed::place(visit, &place, kernel::Method::Delete, body).await,
            _ => Err(Refusal::method_not_allowed(&allowed(visit, &place)?)),
        }
    }
}

/// The methods that the path takes from this caller. A path that this caller may not know of is not found.
pub(crate) fn allowed(visit: &Visit<'_>, place: &Place<'_>) -> Result<HeaderValue, Refusal> {
    match place {
        Place::Collection(_, entry) => Ok(entry.collection_allow.clone()),
        Place::Item(_, entry, _) => Ok(entry.item_allow.clone()),
        Place::Further(mount, entry) => {
            let path = mount.local(visit.parts.uri.path());
            let routes = entry.further(path, visit.service.is_some());
            if routes.is_empty() {
                return Err(Refusal::not_found());
            }
            Ok(table::allow(routes.iter().map(|(route, _)| *route), false))
        }
        Place::Actuator(rest) if !actuator::exists(rest) => Err(Refusal::not_found()),
        _ => Ok(HeaderValue::from_static("GET, HEAD, OPTIONS")),
    }
}

fn options(visit: &Visit<'_>, place: &Place<'_>) -> Result<Response<Body>, Refusal> {
    let allow = allowed(visit, place)?;
    let mut response = Response::new(Body::empty());
    if is_preflight(&visit.parts.headers) {
        Cors::permit(&allow, response.headers_mut());
    }
    response.headers_mut().insert(ALLOW, allow);
    Ok(response)
}

fn busy() -> Problem {
    Problem::new(
        503,
        "too-busy",
        "Too many requests are being answered right now. Try again in a moment.",
        "지금 처리 중인 요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.",
    )
    .retry_after_s(RETRY_AFTER_S)
}

fn long_address() -> Problem {
    let english = format!("The address is longer than {URI_BYTES_MAX} bytes.");
    Problem::new(414, "address-too-long", english, format!("주소가 {URI_BYTES_MAX}바이트보다 깁니다."))
}

fn not_running(mount: &Mount, service: &str) -> Problem {
    let name = format!("{}/{service}", mount.prefix);
    let name = name.trim_start_matches('/');
    Problem::new(
        503,
        "service-unavailable",
        format!("The service {name} is not running. Nothing was changed; try again later."),
        format!("{name} 서비스가 실행되고 있지 않습니다. 변경된 것은 없으니 나중에 다시 시도해 주세요."),
    )
    .retry_after_s(RETRY_AFTER_S)
}
