//! What is heard is never dropped: also where it begins a call that nobody can be asked now.

use kernel::prelude::*;
use kernel::{Rejection, Service, System};
use testkit::stage::Stage;
use testkit::world::World;

/// By `desk`: somebody wishes for something.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wished {
    pub id: Id,
}

/// By `clerk`: asking the provider, until then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    pub id: Id,
    pub until: Time,
}

/// By `clerk`: with an answer, or without.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ended {
    pub id: Id,
    pub answered: bool,
}

messages! { pub enum Language { Wished, Asked, Ended } }

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Wish {}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Task {
    until: Option<Time>,
    answered: Option<bool>,
}

mod desk {
    use super::{Language, Wished};
    kernel::messages! { pub enum Event of Language { inner {} public { Wished } } }
}

mod clerk {
    use super::{Asked, Ended, Language};
    kernel::messages! { pub enum Event of Language { inner {} public { Asked, Ended } } }
}

#[derive(Debug)]
struct Never;

impl Rejection for Never {
    fn problem(&self) -> Problem {
        Problem::missing("nothing")
    }
}

impl Aggregate for Wish {
    const KIND: &'static str = "wish";
    type Command = ();
    type Event = desk::Event;
    type Rejection = Never;

    fn decide(_: Option<&Self>, (): (), cx: &Cx<'_>) -> Outcome<Self> {
        done([Wished { id: cx.id }])
    }
    fn key(event: &desk::Event) -> Option<Id> {
        let desk::Event::Wished(event) = event;
        Some(event.id)
    }
    fn evolve(_: Option<Self>, _: &desk::Event) -> Option<Self> {
        Some(Self {})
    }
    fn body(&self, _: Id) -> Option<Body> {
        Some(Body::new())
    }
}

#[derive(Clone, Debug)]
enum Command {
    Begin,
    Answered(Answer),
}

impl Aggregate for Task {
    const KIND: &'static str = "task";
    type Command = Command;
    type Event = clerk::Event;
    type Rejection = Never;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        match (own, command) {
            (None, Command::Begin) => done([Asked { id: cx.id, until: cx.now + Millis::seconds(1) }]),
            (Some(_), Command::Answered(answer)) => {
                done([Ended { id: cx.id, answered: answer != Answer::GivenUp }])
            }
            (Some(_), Command::Begin) | (None, Command::Answered(_)) => already(),
        }
    }
    fn key(event: &clerk::Event) -> Option<Id> {
        match event {
            clerk::Event::Asked(event) => Some(event.id),
            clerk::Event::Ended(event) => Some(event.id),
        }
    }
    fn evolve(_: Option<Self>, event: &clerk::Event) -> Option<Self> {
        Some(match event {
            clerk::Event::Asked(event) => Self { until: Some(event.until), answered: None },
            clerk::Event::Ended(event) => Self { until: None, answered: Some(event.answered) },
        })
    }
    fn waits(&self, _: Id) -> Vec<Wait<Command>> {
        let call = |until| Call {
            to: "provider",
            step: "authorize",
            attempt: 1,
            mode: Mode::Refuse,
            request: Request::post("/authorizations", Body::new().with("account", "x").with("amount", 1)),
            hold: Millis(0),
            until: Some(until),
            answer: Command::Answered,
        };
        self.until.map(|until| Wait::Call(call(until))).into_iter().collect()
    }
    fn body(&self, _: Id) -> Option<Body> {
        Some(Body::new().with("answered", self.answered))
    }
    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::Wished(said) => vec![(said.id, Command::Begin)],
            Language::Asked(_) | Language::Ended(_) => Vec::new(),
        }
    }
}

fn system() -> System {
    let wishes =
        Resource::of::<Wish>("wish", "wishes", "").on(Method::Post, |_| Deed::new::<Wish>(Target::New, ()));
    System::new("office", "Office", ())
        .service(Service::of::<desk::Event>("desk", 8081).holds::<Wish>().serves([wishes]))
        .service(
            Service::of::<clerk::Event>("clerk", 8082)
                .holds::<Task>()
                .serves([Resource::of::<Task>("task", "tasks", "")]),
        )
}

#[test]
fn a_policy_whose_call_cannot_be_sent_is_performed_and_its_call_given_up_in_time() {
    let mut world = World::new(system);
    world.without_port("provider");
    world.post("/wishes", serde_json::json!({})).is(201);
    world.get("/tasks/1").is(200).with("answered", Value::Null);
    world.pass(Millis::seconds(1));
    world.get("/tasks/1").is(200).with("answered", false);
    world.audit(true);
}
