//! Documents written by hand, so that a system's audit can be shown what must not be.

use kernel::{Aggregate, AllDocuments, Audit, Everything, Id, Numbered};
use std::any::Any;
use std::collections::BTreeMap;

/// Some documents of a system.
#[derive(Default)]
pub struct Documents(BTreeMap<(&'static str, Id), Box<dyn Any + Send + Sync>>);

impl std::fmt::Debug for Documents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl AllDocuments for Documents {
    fn get(&self, kind: &'static str, id: Id) -> Option<&(dyn Any + Send + Sync)> {
        self.0.get(&(kind, id)).map(|own| &**own)
    }
    fn each<'a>(&'a self, kind: &'static str) -> Box<dyn Iterator<Item = Numbered<'a>> + 'a> {
        let of_kind = self.0.iter().filter(move |((held, _), _)| *held == kind);
        Box::new(of_kind.map(|((_, id), own)| (*id, &**own)))
    }
}

impl Documents {
    /// With this document, in place of another of its number.
    #[must_use]
    pub fn with<A: Aggregate>(mut self, id: Id, own: A) -> Self {
        self.0.insert((A::KIND, id), Box::new(own));
        self
    }

    #[must_use]
    pub fn without<A: Aggregate>(mut self, id: Id) -> Self {
        self.0.remove(&(A::KIND, id));
        self
    }

    pub fn audited(&self, rule: fn(Everything<'_>) -> Audit) -> Audit {
        rule(Everything(self))
    }
}

/// `audited! { All, taxi::audit::audit }`: documents of a system as `All`, to which its tests add words of their own,
/// and what the system's audit says of them.
#[macro_export]
macro_rules! audited {
    ($All:ident, $rule:path) => {
        #[derive(Default)]
        struct $All($crate::documents::Documents);

        impl $All {
            fn with<A: kernel::Aggregate>(self, id: kernel::Id, own: A) -> Self {
                Self(self.0.with(id, own))
            }

            fn audit(&self) -> kernel::Audit {
                self.0.audited($rule)
            }

            #[track_caller]
            fn is_right(&self) {
                assert_eq!(self.audit().findings, Vec::<String>::new());
            }

            /// Some finding begins so: `P1`.
            #[track_caller]
            fn is_wrong(&self, promise: &str) {
                let findings = self.audit().findings;
                assert!(findings.iter().any(|finding| finding.starts_with(promise)), "{findings:?}");
            }
        }
    };
}
