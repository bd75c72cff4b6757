//! An engine that remembers what it was asked and answers at once, or as a test told it to.

use super::shop::Wish;
use engine::ports::{Ask, Front, IdempotencyKey, Page, Query, Reply, ReplyTo};
use kernel::{Body, Card, Id, Problem, Target, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// What reached the engine.
#[derive(Clone, Debug)]
pub struct SeenAsk {
    pub system: String,
    pub service: String,
    pub kind: &'static str,
    pub target: Target,
    pub wish: Wish,
    pub success: u16,
    pub key: Option<IdempotencyKey>,
}

#[derive(Default)]
struct State {
    rows: BTreeMap<(String, Id), Body>,
    asks: Vec<SeenAsk>,
    queries: Vec<Query>,
    cards: Vec<String>,
    down: BTreeSet<String>,
    next_reply: Option<Reply>,
    next_page: Option<Problem>,
    card_refused: bool,
    silent: bool,
    held: Vec<ReplyTo>,
}

#[derive(Default)]
pub struct FakeFront(Mutex<State>);

impl FakeFront {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A document or row that can be read.
    pub fn holds(&self, kind: &str, id: u64, body: Body) {
        self.state().rows.insert((kind.into(), Id(id)), body);
    }

    pub fn is_down(&self, service: &str) {
        self.state().down.insert(service.into());
    }

    /// The answer to the next ask.
    pub fn replies(&self, reply: Reply) {
        self.state().next_reply = Some(reply);
    }

    pub fn refuses_page(&self, problem: Problem) {
        self.state().next_page = Some(problem);
    }

    pub fn refuses_cards(&self) {
        self.state().card_refused = true;
    }

    /// From now on asks are kept unanswered.
    pub fn falls_silent(&self) {
        self.state().silent = true;
    }

    /// How many asks are kept.
    pub fn held(&self) -> usize {
        self.state().held.len()
    }

    /// Answers those it kept, with 204.
    pub fn speaks(&self) {
        let mut state = self.state();
        state.silent = false;
        for reply in std::mem::take(&mut state.held) {
            reply(Reply { status: 204, ..done(204) });
        }
    }

    /// Forgets those it kept, as an engine that broke would.
    pub fn breaks(&self) {
        self.state().held.clear();
    }

    pub fn asks(&self) -> Vec<SeenAsk> {
        self.state().asks.clone()
    }

    #[track_caller]
    pub fn last(&self) -> SeenAsk {
        self.state().asks.last().cloned().expect("the door has asked the engine")
    }

    #[track_caller]
    pub fn last_query(&self) -> Query {
        self.state().queries.last().cloned().expect("the door has asked for a page")
    }

    pub fn cards(&self) -> Vec<String> {
        self.state().cards.clone()
    }
}

/// A success without anything to tell.
pub fn done(status: u16) -> Reply {
    Reply { status, id: None, body: None, problem: None, retry_after_s: None, replayed: false }
}

impl Front for FakeFront {
    fn runs(&self, system: &str, service: &str) -> bool {
        !self.state().down.contains(&format!("{system}.{service}"))
    }

    fn ask(&self, ask: Ask, reply: ReplyTo) {
        let mut state = self.state();
        let wish = *ask.deed.command.downcast::<Wish>().expect("the shop knows one command");
        let id = match ask.deed.target {
            Target::Id(id) => id,
            Target::New => Id(7),
        };
        let body = serde_json::to_string(&wish.fields).expect("fields serialize");
        let (kind, target, success, key) = (ask.deed.kind, ask.deed.target, ask.success, ask.key);
        state.asks.push(SeenAsk {
            system: ask.system.into(),
            service: ask.service.into(),
            kind,
            target,
            wish,
            success,
            key,
        });
        if state.silent {
            state.held.push(reply);
            return;
        }
        let usual = Reply { id: Some(id), body: (success != 204).then_some(body), ..done(success) };
        let said = state.next_reply.take().unwrap_or(usual);
        drop(state);
        reply(said);
    }

    fn item(
        &self,
        system: &str,
        kind: &str,
        id: Id,
        found: Box<dyn FnOnce(Result<Option<Body>, Problem>) + Send>,
    ) {
        assert_eq!((system, kind), ("shop", "order"), "only orders are documents in these tests");
        found(Ok(self.state().rows.get(&(kind.into(), id)).cloned()));
    }

    fn row(
        &self,
        system: &str,
        kind: &str,
        id: Id,
        found: Box<dyn FnOnce(Result<Option<Body>, Problem>) + Send>,
    ) {
        assert_eq!(system, "shop");
        assert!(matches!(kind, "mypage" | "board"), "views are read as rows");
        found(Ok(self.state().rows.get(&(kind.into(), id)).cloned()));
    }

    fn page(&self, system: &str, query: Query, found: Box<dyn FnOnce(Result<Page, Problem>) + Send>) {
        let mut state = self.state();
        let kind = query.kind.strip_prefix("shop.").expect("a query names system and kind");
        assert_eq!(system, "shop");
        let of_kind = state.rows.iter().filter(|((held, _), _)| held == kind);
        let equal = |body: &Body| match &query.equals {
            Some((field, value)) => body.get(field) == Some(value),
            None => true,
        };
        let rows: Vec<(Id, Body)> =
            of_kind.filter(|(_, body)| equal(body)).map(|((_, id), body)| (*id, body.clone())).collect();
        let total = rows.len() as u64;
        let skipped = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let taken = usize::try_from(query.limit).expect("a page fits");
        let page = Page { rows: rows.into_iter().skip(skipped).take(taken).collect(), total };
        state.queries.push(query);
        let refused = state.next_page.take();
        drop(state);
        found(refused.map_or(Ok(page), Err));
    }

    fn card(&self, number: String, token: Box<dyn FnOnce(Result<Card, Problem>) + Send>) {
        let mut state = self.state();
        let last4 = number[number.len() - 4..].to_owned();
        let refused = state.card_refused;
        state.cards.push(number);
        drop(state);
        let card = Card { token: format!("tok-{last4}"), last4 };
        let refusal = || Problem::new(503, "provider-unavailable", "Pay later.", "나중에 결제해 주세요.");
        token(if refused { Err(refusal()) } else { Ok(card) });
    }

    fn now(&self) -> Time {
        // 2026-03-01T12:34:56.789Z
        Time(1_772_368_496_789)
    }

    fn note(&self, _: &str) {}
}
