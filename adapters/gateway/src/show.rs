//! Everything that is read: records, lists, finders, and what the site says of itself.

use crate::accept::media;
use crate::actuator;
use crate::hal::{self, Links};
use crate::limits::PAGE_ROWS_MAX;
use crate::links::Base;
use crate::listing::Wanted;
use crate::problem::Refusal;
use crate::site::{Visit, allowed};
use crate::table::{Entry, Mount, Place};
use crate::wait::answered;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode};
use engine::ports::Page;
use kernel::{Finder, Id, Problem};

pub(crate) async fn place(visit: &Visit<'_>, place: &Place<'_>) -> Result<Response<Body>, Refusal> {
    match place {
        Place::Collection(mount, entry) => list(visit, mount, entry, None).await,
        Place::Item(mount, entry, id) => item(visit, mount, entry, *id).await,
        Place::Finder(mount, entry, finder) => list(visit, mount, entry, Some(finder)).await,
        Place::Search(mount, entry) => linked(visit, finders(&Base::of(visit.parts, &mount.prefix), entry)),
        Place::Index(mount) => linked(visit, index(visit, mount)),
        Place::Profile(mount) => linked(visit, profiles(visit, mount)),
        Place::Schema(entry) => {
            let schema = HeaderValue::from_static("application/schema+json;charset=UTF-8");
            Ok(hal::answer(StatusCode::OK, schema, entry.schema.as_bytes().to_vec()))
        }
        Place::Text(_, page) => {
            let plain = HeaderValue::from_static("text/plain;charset=UTF-8");
            Ok(hal::answer(StatusCode::OK, plain, page.text.text.clone().into_bytes()))
        }
        Place::OpenApi(mount) => Ok(openapi(visit, mount)),
        Place::Actuator(rest) => actuator::show(visit, rest),
        // Only deeds are there.
        Place::Further(..) => Err(Refusal::method_not_allowed(&allowed(visit, place)?)),
    }
}

async fn item(visit: &Visit<'_>, mount: &Mount, entry: &Entry, id: Id) -> Result<Response<Body>, Refusal> {
    let media = media(&visit.parts.headers)?;
    let (front, table) = (&visit.site.front, entry.resource());
    let system = entry.system.name;
    let found = answered(|reply| {
        if table.view {
            front.row(system, table.kind, id, reply)
        } else {
            front.item(system, table.kind, id, reply)
        }
    });
    let record = found.await??.ok_or_else(|| no_record(table.singular))?;
    let href = Base::of(visit.parts, &mount.prefix).item(table.plural, id);
    Ok(hal::answer(StatusCode::OK, media.content_type(), hal::item_of(&record, &href, table.singular)))
}

fn no_record(singular: &str) -> Problem {
    let english = format!("There is no {singular} with this number.");
    Problem::new(404, "not-found", english, format!("해당 번호의 {singular} 항목이 없습니다."))
}

async fn list(
    visit: &Visit<'_>,
    mount: &Mount,
    entry: &Entry,
    finder: Option<&Finder>,
) -> Result<Response<Body>, Refusal> {
    let media = media(&visit.parts.headers)?;
    let wanted = Wanted::read(entry.resource(), finder, visit.parts.uri.query())?;
    let mut query = wanted.query(entry);
    let of_one = finder.is_some_and(|finder| finder.one);
    if of_one {
        (query.offset, query.limit) = (0, 1);
    }
    debug_assert!(query.limit <= PAGE_ROWS_MAX, "a page has a limit");
    let page: Page = answered(|reply| visit.site.front.page(entry.system.name, query, reply)).await??;
    let base = Base::of(visit.parts, &mount.prefix);
    let json = if of_one {
        let table = entry.resource();
        let (id, record) = page.rows.first().ok_or_else(|| nothing_found(table.singular))?;
        hal::item_of(record, &base.item(table.plural, *id), table.singular)
    } else {
        wanted.show(&base, entry, &page)
    };
    Ok(hal::answer(StatusCode::OK, media.content_type(), json))
}

fn nothing_found(singular: &str) -> Problem {
    let english = format!("No {singular} matches.");
    Problem::new(404, "not-found", english, format!("조건에 맞는 {singular} 항목이 없습니다."))
}

fn linked(visit: &Visit<'_>, links: Links) -> Result<Response<Body>, Refusal> {
    let media = media(&visit.parts.headers)?;
    Ok(hal::answer(StatusCode::OK, media.content_type(), links.end(format_args!(""))))
}

fn index(visit: &Visit<'_>, mount: &Mount) -> Links {
    let base = Base::of(visit.parts, &mount.prefix);
    let base = base.as_str();
    let mut links = Links::behind(Vec::new());
    for entry in &mount.entries {
        let table = entry.resource();
        if table.paged {
            links.add_template(table.plural, &format!("{base}/{}{{?page,size,sort}}", table.plural));
        } else {
            links.add(table.plural, &format!("{base}/{}", table.plural));
        }
    }
    if visit.site.table.is_root(mount) {
        for below in visit.site.table.mounts() {
            links.add(below.prefix.trim_start_matches('/'), &format!("{base}{}", below.prefix));
        }
    }
    if !mount.is_empty() {
        links.add("profile", &format!("{base}/profile"));
    }
    links.add("openapi", &format!("{base}/openapi.json"));
    links
}

fn profiles(visit: &Visit<'_>, mount: &Mount) -> Links {
    let base = Base::of(visit.parts, &mount.prefix);
    let base = base.as_str();
    let mut links = Links::behind(Vec::new());
    links.add("self", &format!("{base}/profile"));
    for entry in &mount.entries {
        let plural = entry.resource().plural;
        links.add(plural, &format!("{base}/profile/{plural}"));
    }
    links
}

fn finders(base: &Base, entry: &Entry) -> Links {
    let table = entry.resource();
    let search = format!("{}/{}/search", base.as_str(), table.plural);
    let mut links = Links::behind(Vec::new());
    for finder in &table.finders {
        links.add_template(finder.name, &format!("{search}/{}{{?{}}}", finder.name, finder.parameter));
    }
    links.add("self", &search);
    links
}

/// The document, with the address that the client used as its server.
fn openapi(visit: &Visit<'_>, mount: &Mount) -> Response<Body> {
    let base = Base::of(visit.parts, &mount.prefix);
    let rest = mount.openapi.strip_prefix('{').unwrap_or_default();
    let document = format!(r#"{{"servers":[{{"url":"{}"}}],{rest}"#, base.as_str());
    hal::answer(
        StatusCode::OK,
        HeaderValue::from_static("application/json;charset=UTF-8"),
        document.into_bytes(),
    )
}
