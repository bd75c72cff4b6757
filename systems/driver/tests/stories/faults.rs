//! Services that are down, and back.

use super::{HAPPY, assigned, call, confirmed, over, taken, tells, with_status};
use serde_json::Value;
use testkit::stage::Stage;

pub(super) fn without_drivermanage_calls_are_taken(stage: &mut dyn Stage) {
    stage.stop_service("drivermanage");
    let n = call(stage);
    stage.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출").with("driver", Value::Null);
    stage.shows(&format!("/customers/{n}"), "status", "호출");
    stage.get(&format!("/customers/{n}")).is(200).with("confirmed", false);
    assert_eq!(with_status(stage, "운행중"), 0);
    stage.start_service("drivermanage");
    stage.shows(&format!("/drivercalls/{n}"), "status", "호출확정");
    stage.comes_to_say(n, HAPPY);
    tells(stage, n, &[taken(n), assigned(n, "백영곤")]);
    stage.audit();
}

pub(super) fn a_call_cancelled_meanwhile_gets_nobody(stage: &mut dyn Stage) {
    stage.stop_service("drivermanage");
    let n = call(stage);
    stage.delete(&format!("/drivercalls/{n}")).is(204);
    stage.shows(&format!("/customers/{n}"), "status", "호출취소");
    stage.start_service("drivermanage");
    stage.shows(&format!("/drivermanages/{n}"), "status", "대리기사호출취소");
    stage.shows("/drivers/1", "status", "대기");
    // It had been passed on for a moment when drivermanage heard of both.
    stage.shows(&format!("/driverassigns/{n}"), "status", "대리할당취소");
    tells(stage, n, &[over(n)]);
    assert_eq!(with_status(stage, "운행중"), 0);
    stage.audit();
}

pub(super) fn calling_goes_on_without_driverassign(stage: &mut dyn Stage) {
    stage.stop_service("driverassign");
    let n = call(stage);
    stage.shows(&format!("/drivercalls/{n}"), "status", "호출중");
    stage.get(&format!("/drivermanages/{n}")).is(200).with("status", "호출중");
    stage.start_service("driverassign");
    stage.shows(&format!("/drivercalls/{n}"), "status", "호출확정");
    stage.comes_to_say(n, HAPPY);
    tells(stage, n, &[taken(n), assigned(n, "백영곤")]);
    assert_eq!(with_status(stage, "운행중"), 1, "one driver, once");
    stage.audit();
}

pub(super) fn a_cancel_before_the_assignment(stage: &mut dyn Stage) {
    stage.stop_service("driverassign");
    let n = call(stage);
    stage.shows(&format!("/drivercalls/{n}"), "status", "호출중");
    stage.delete(&format!("/drivercalls/{n}")).is(204);
    stage.shows(&format!("/drivermanages/{n}"), "status", "대리기사호출취소");
    stage.shows(&format!("/customers/{n}"), "status", "호출취소");
    stage.start_service("driverassign");
    stage.shows(&format!("/driverassigns/{n}"), "status", "대리할당취소");
    stage.shows("/drivers/1", "status", "대기");
    stage.get(&format!("/drivercalls/{n}")).is(404);
    stage.get(&format!("/drivermanages/{n}")).is(200).with("status", "대리기사호출취소");
    // Nobody is told of an assignment that is over.
    tells(stage, n, &[taken(n), over(n)]);
    assert_eq!(with_status(stage, "운행중"), 0);
    stage.audit();
}

pub(super) fn the_customer_service_catches_up(stage: &mut dyn Stage) {
    stage.stop_service("customer");
    let n = confirmed(stage);
    stage.start_service("customer");
    stage.shows(&format!("/customers/{n}"), "status", "호출확정");
    tells(stage, n, &[taken(n), assigned(n, "백영곤")]);
    stage.audit();
}

pub(super) fn drivercall_catches_up(stage: &mut dyn Stage) {
    stage.stop_service("driverassign");
    let n = call(stage);
    stage.shows(&format!("/drivercalls/{n}"), "status", "호출중");
    stage.stop_service("drivercall");
    stage.start_service("driverassign");
    stage.shows(&format!("/drivermanages/{n}"), "status", "대리기사호출확정");
    stage.start_service("drivercall");
    stage.shows(&format!("/drivercalls/{n}"), "status", "호출확정");
    stage.audit();
}
