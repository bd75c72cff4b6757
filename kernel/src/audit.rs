//! What must hold between the documents of a system, whoever asks: `holdfast audit`, a test, the simulator.

use crate::{Aggregate, Id, Money, Wait};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::Any;

/// A document of some kind with its number.
pub type Numbered<'a> = (Id, &'a (dyn Any + Send + Sync));

/// All documents of a system, by kind.
pub trait AllDocuments {
    fn get(&self, kind: &'static str, id: Id) -> Option<&(dyn Any + Send + Sync)>;
    fn each<'a>(&'a self, kind: &'static str) -> Box<dyn Iterator<Item = Numbered<'a>> + 'a>;
}

/// All documents of a system, typed.
#[derive(Clone, Copy)]
pub struct Everything<'a>(pub &'a dyn AllDocuments);

impl core::fmt::Debug for Everything<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Everything")
    }
}

impl<'a> Everything<'a> {
    pub fn get<A: Aggregate>(&self, id: Id) -> Option<&'a A> {
        self.0.get(A::KIND, id).map(|own| own.downcast_ref().expect("a document of kind A is an A"))
    }

    pub fn each<A: Aggregate>(&self) -> impl Iterator<Item = (Id, &'a A)> {
        self.0.each(A::KIND).map(|(id, own)| (id, own.downcast_ref().expect("a document of kind A is an A")))
    }
}

/// What the provider's ledger must show for one payment: compared with the ledger by `holdfast audit`.
/// `None`: an answer is still awaited, so either is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Names the payment at the provider: `taxi.payment/7`.
    pub account: String,
    pub amount: Money,
    pub authorized: Option<bool>,
    pub captured: Option<bool>,
    pub returned: Option<bool>,
}

/// What an audit of one system found, and what money it claims to hold.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// One sentence each, naming the promise (P1, P2), the document and what is wrong.
    pub findings: Vec<String>,
    pub charges: Vec<Charge>,
    /// Whether everything pending has come to its end: asked by tests after everything could.
    pub pending: Vec<String>,
}

impl Audit {
    /// Adds what the documents of a kind still wait for.
    pub fn pending_of<A: Aggregate>(&mut self, all: Everything<'_>) {
        for (id, own) in all.each::<A>() {
            self.pending.extend(own.waits(id).into_iter().map(|wait| match wait {
                Wait::Timer { due, .. } => format!("{} {id} waits until {}", A::KIND, due.0),
                Wait::Call(call) => format!("{} {id} waits for {}: {}", A::KIND, call.to, call.step),
            }));
        }
    }
}
