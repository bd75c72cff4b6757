//! Lists: which page is asked for, and how it is shown with its links.

use crate::field;
use crate::hal::{self, Links};
use crate::limits::{PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX};
use crate::links::Base;
use crate::table::Entry;
use engine::ports::{Page, Query};
use kernel::{Field, FieldKind, Finder, Problem, Resource};
use serde_json::Value;
use std::borrow::Cow;

/// A list as the client asked for it.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    page: Option<u64>,
    size: Option<u64>,
    /// The field, and whether descending.
    sort: Option<(&'static str, bool)>,
    /// A finder, what the client wrote for its parameter, and the value.
    found_by: Option<(&'a Finder, Cow<'a, str>, Value)>,
}

impl<'a> Wanted<'a> {
    /// From the part of the address behind `?`. Parameters that nobody knows are ignored.
    pub(crate) fn read(
        table: &Resource,
        finder: Option<&'a Finder>,
        query: Option<&'a str>,
    ) -> Result<Self, Problem> {
        let mut wanted = Self::default();
        for (name, text) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match &*name {
                "page" if wanted.page.is_none() => wanted.page = Some(page(&text)?),
                "size" if wanted.size.is_none() => wanted.size = Some(size(&text)?),
                "sort" if wanted.sort.is_none() => wanted.sort = Some(sort(table, &text)?),
                "page" | "size" | "sort" => {
                    let english = format!("Parameter {name} is given twice.");
                    return Err(bad(&name, english, format!("{name} 매개변수가 두 번 있습니다.")));
                }
                _ => {}
            }
            if let Some(finder) =
                finder.filter(|finder| finder.parameter == name && wanted.found_by.is_none())
            {
                let value = parameter(table, finder, &text)?;
                wanted.found_by = Some((finder, text, value));
            }
        }
        match finder {
            Some(finder) if wanted.found_by.is_none() => {
                let name = finder.parameter;
                let english = format!("Parameter {name} is required.");
                Err(bad(name, english, format!("{name} 매개변수가 필요합니다.")))
            }
            _ => Ok(wanted),
        }
    }

    /// Whether the answer says how many pages there are. Views are shown whole unless asked for a page.
    fn in_pages(&self, table: &Resource) -> bool {
        (table.paged && self.found_by.is_none()) || self.page.is_some() || self.size.is_some()
    }

    fn number(&self) -> u64 {
        self.page.unwrap_or(0)
    }

    fn rows(&self, table: &Resource) -> u64 {
        let usual = if self.in_pages(table) { PAGE_ROWS_DEFAULT } else { PAGE_ROWS_MAX };
        self.size.unwrap_or(usual)
    }

    pub(crate) fn query(&self, entry: &Entry) -> Query {
        /// The largest position that a store can count to.
        const OFFSET_MAX: u64 = i64::MAX as u64;
        let limit = self.rows(entry.resource());
        Query {
            kind: entry.kind.clone(),
            equals: self.found_by.as_ref().map(|(finder, _, value)| (finder.field.into(), value.clone())),
            sort: self.sort.map(|(field, descending)| (field.into(), descending)),
            offset: self.number().saturating_mul(limit).min(OFFSET_MAX),
            limit,
        }
    }

    /// The list with its links.
    pub(crate) fn show(&self, base: &Base, entry: &Entry, page: &Page) -> Vec<u8> {
        let table = entry.resource();
        let collection = format!("{}/{}", base.as_str(), table.plural);
        let list = match &self.found_by {
            Some((finder, ..)) => format!("{collection}/search/{}", finder.name),
            None => collection.clone(),
        };
        let (number, rows) = (self.number(), self.rows(table));
        let pages = page.total.div_ceil(rows);
        let last = pages.saturating_sub(1);
        let in_pages = self.in_pages(table);
        let href = |number: u64| self.href(&list, Some((number, rows)));
        let mut links = Links::behind(hal::embedded(base, entry, page));
        if in_pages && (number > 0 || last > 0) {
            links.add("first", &href(0));
        }
        if in_pages && number > 0 {
            // From far behind the end it leads back to where there is something.
            links.add("prev", &href((number - 1).min(last)));
        }
        let is_plain = self.page.is_none() && self.size.is_none() && self.sort.is_none();
        if in_pages && is_plain {
            links.add_template("self", &format!("{list}{{?page,size,sort}}"));
        } else {
            let asked = (self.page.is_some() || self.size.is_some()).then_some((number, rows));
            links.add("self", &self.href(&list, asked));
        }
        if number < last {
            links.add("next", &href(number + 1));
        }
        if in_pages && (number > 0 || last > 0) {
            links.add("last", &href(last));
        }
        if self.found_by.is_none() {
            links.add("profile", &format!("{}/profile/{}", base.as_str(), table.plural));
            if !table.finders.is_empty() {
                links.add("search", &format!("{collection}/search"));
            }
        }
        if in_pages {
            let total = page.total;
            links.end(format_args!(
                r#","page":{{"size":{rows},"totalElements":{total},"totalPages":{pages},"number":{number}}}"#
            ))
        } else {
            links.end(format_args!(""))
        }
    }

    fn href(&self, list: &str, page: Option<(u64, u64)>) -> String {
        let mut href = list.to_owned();
        let mut separator = '?';
        let mut add = |name: &str, text: &str| {
            href.push(separator);
            href.push_str(name);
            href.push('=');
            href.extend(form_urlencoded::byte_serialize(text.as_bytes()));
            separator = '&';
        };
        if let Some((finder, text, _)) = &self.found_by {
            add(finder.parameter, text);
        }
        if let Some((number, rows)) = page {
            add("page", &number.to_string());
            add("size", &rows.to_string());
        }
        if let Some((field, descending)) = self.sort {
            add("sort", field);
            href.push_str(if descending { ",desc" } else { ",asc" });
        }
        href
    }
}

fn page(text: &str) -> Result<u64, Problem> {
    let number = digits(text).filter(|number| *number <= u64::from(u32::MAX));
    number.ok_or_else(|| {
        let english = "Parameter page must be a whole number, 0 or more.";
        bad("page", english, "page 매개변수는 0 이상의 정수여야 합니다.")
    })
}

fn size(text: &str) -> Result<u64, Problem> {
    let rows = digits(text).filter(|rows| *rows > 0).map(|rows| rows.min(PAGE_ROWS_MAX));
    rows.ok_or_else(|| {
        let english = "Parameter size must be a whole number, 1 or more.";
        bad("size", english, "size 매개변수는 1 이상의 정수여야 합니다.")
    })
}

/// Digits only, for `parse` would take a plus sign.
fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn sort(table: &Resource, text: &str) -> Result<(&'static str, bool), Problem> {
    let (name, direction) = text.split_once(',').unwrap_or((text, "asc"));
    let field = table.fields.iter().map(|field| field.name).chain(["id"]).find(|field| *field == name);
    let descending = match direction {
        _ if direction.eq_ignore_ascii_case("asc") => Some(false),
        _ if direction.eq_ignore_ascii_case("desc") => Some(true),
        _ => None,
    };
    field.zip(descending).ok_or_else(|| {
        let english = "Parameter sort must be a field of the records or id, with ,asc or ,desc behind it.";
        bad(
            "sort",
            english,
            "sort 매개변수는 레코드의 필드나 id여야 하고, 뒤에 ,asc나 ,desc를 붙일 수 있습니다.",
        )
    })
}

/// The parameter of a finder, in the kind of the field that must equal it.
fn parameter(table: &Resource, finder: &Finder, text: &str) -> Result<Value, Problem> {
    let declared = table.fields.iter().find(|field| field.name == finder.field);
    let kind = match declared.map(|field| field.kind) {
        // Nothing else is shown of a card than its last digits, as text.
        Some(FieldKind::Card) | None => FieldKind::Text { max: 255 },
        Some(kind) => kind,
    };
    let field = Field { kind, ..Field::text(finder.parameter, "") };
    field::plain(&field, finder.parameter, Value::String(text.into()))
        .map_err(|problem| Problem { code: "bad-parameter", ..problem })
}

fn bad(name: &str, english: impl Into<String>, korean: impl Into<String>) -> Problem {
    Problem::new(400, "bad-parameter", english, korean).field(name)
}
