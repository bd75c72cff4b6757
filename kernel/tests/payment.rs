//! The payment block in every order of wishes and answers, nine deep, against a provider that keeps a ledger.

use kernel::payment::{Operation, Payment, Stage, Step, Wish, decide};
use kernel::{Answer, Body, Money, Time};

const DEPTH: usize = 9;

#[derive(Clone, Copy, Debug, Default)]
struct Ledger {
    authorized: bool,
    captured: bool,
    returned: bool,
}

#[derive(Clone, Debug, Default)]
struct Life {
    payment: Option<Payment>,
    ledger: Ledger,
    voided: bool,
    public: bool,
    told: Vec<Step>,
}

fn answer(accepted: bool) -> Answer {
    if accepted { Answer::Done(Body::new()) } else { Answer::Refused { status: 402, code: "no".into() } }
}

impl Life {
    fn awaits(&self) -> Option<Operation> {
        match self.payment.as_ref()?.stage {
            Stage::Authorizing => Some(Operation::Authorize),
            Stage::Capturing => Some(Operation::Capture),
            Stage::Returning => Some(Operation::Return),
            Stage::Unasked
            | Stage::Authorized { .. }
            | Stage::Declined
            | Stage::Captured
            | Stage::Returned => None,
        }
    }

    fn wish(&mut self, wish: Wish) {
        for step in decide(self.payment.as_ref(), wish, Time(1)).steps {
            match (&mut self.payment, step) {
                (Some(own), step) => own.take(step),
                (own, Step::Voided) => *own = Some(Payment::unasked()),
                (own, _) => *own = Some(Payment::authorizing(Money(1), None)),
            }
            self.told.push(step);
        }
    }

    fn provider(&mut self, operation: Operation, accepted: bool) {
        match operation {
            Operation::Authorize => self.ledger.authorized = accepted,
            Operation::Capture => self.ledger.captured = accepted,
            Operation::Return => self.ledger.returned = true,
        }
        self.wish(Wish::Answered(operation, answer(accepted)));
    }

    /// Every wish that a service or a clock may have, and every answer that the provider may give now.
    fn next(&self) -> Vec<Self> {
        let mut lives = Vec::new();
        for wish in [Wish::Authorize, Wish::Confirm, Wish::Void, Wish::Expire] {
            let mut life = self.clone();
            life.voided |= wish == Wish::Void;
            life.public |= wish == Wish::Confirm && self.payment.is_some();
            life.wish(wish);
            lives.push(life);
        }
        for accepted in [true, false] {
            let Some(operation) = self.awaits() else { break };
            let mut life = self.clone();
            life.provider(operation, accepted);
            lives.push(life);
        }
        lives
    }

    fn must_hold(&self) {
        let Some(own) = &self.payment else { return };
        let Ledger { authorized, captured, returned } = self.ledger;
        match own.stage {
            Stage::Unasked | Stage::Declined => assert!(!authorized && !captured && !returned, "{self:?}"),
            Stage::Authorizing | Stage::Authorized { .. } | Stage::Capturing => {
                assert!(!captured && !returned, "{self:?}");
            }
            Stage::Captured => assert!(captured && !returned && self.public, "{self:?}"),
            Stage::Returning => assert!(authorized && !returned, "{self:?}"),
            Stage::Returned => assert!(authorized && returned, "{self:?}"),
        }
        let returns = self.told.iter().filter(|step| matches!(step, Step::Returning { .. })).count();
        assert!(returns <= 1, "returned twice: {self:?}");
        if let Some(charge) = own.charge(String::new()) {
            let agree = |ours: Option<bool>, theirs| ours.is_none_or(|ours| ours == theirs);
            assert!(agree(charge.authorized, authorized), "{self:?}");
            assert!(agree(charge.captured, captured) && agree(charge.returned, returned), "{self:?}");
        }
    }

    /// Once everything is answered, money and wishes agree.
    fn must_end_well(mut self) {
        while let Some(operation) = self.awaits() {
            self.provider(operation, true);
        }
        self.must_hold();
        let Some(own) = &self.payment else { return };
        let kept = self.ledger.authorized && !self.ledger.returned;
        assert!(!(self.voided && kept), "voided, but kept: {self:?}");
        let said =
            self.told.iter().any(|step| matches!(step, Step::Captured | Step::Returned { said: true }));
        assert_eq!(said, self.public, "what becomes of a public booking's money is said: {self:?}");
        assert!(own.confirmed == self.public, "{self:?}");
    }
}

fn walk(life: &Life, depth: usize) -> u64 {
    life.must_hold();
    life.clone().must_end_well();
    if depth == 0 {
        return 1;
    }
    life.next().iter().map(|next| walk(next, depth - 1)).sum()
}

#[test]
fn money_and_wishes_agree_in_every_order() {
    assert!(walk(&Life::default(), DEPTH) > 200_000);
}

#[test]
fn a_wish_twice_is_a_wish_once() {
    fn again(life: &Life, depth: usize) {
        for wish in [Wish::Confirm, Wish::Void, Wish::Expire] {
            let mut once = life.clone();
            once.wish(wish.clone());
            let told = once.told.len();
            once.wish(wish);
            assert_eq!(once.told.len(), told, "{once:?}");
        }
        if depth > 0 {
            life.next().iter().for_each(|next| again(next, depth - 1));
        }
    }
    again(&Life::default(), DEPTH - 2);
}
