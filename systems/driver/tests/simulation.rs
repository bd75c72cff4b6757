//! Random lives with a seed: customers, drivers and the telephone desk do what they like.

use driver::Settings;
use driver::drivermanage::DESK_FROM;
use kernel::{Method, System};
use serde_json::{Value, json};
use testkit::life::{Life, Play, lives};

const LIVES: u64 = 1_000;
/// Of whoever calls, and of whoever telephones the desk.
const CALLERS: [&str; 2] = ["01012345678", "01056789012"];
const AT_THE_DESK: &str = "0211112222";
const PLACES: [&str; 5] = ["마포", "홍대", "강남역", "부산 해운대", "어딘가"];

fn accepting() -> System {
    driver::system(Settings::default())
}

fn refusing() -> System {
    driver::system(Settings { refuse: true, ..Settings::default() })
}

fn deed(life: &mut Life) {
    match life.dice.below(20) {
        0..=7 => call(life),
        8..=10 => cancel(life),
        11..=13 => finish(life),
        14..=16 => duty(life),
        17 => register(life),
        18 if life.dice.percent(60) => desk(life),
        18 => wrong_desk(life),
        _ => look(life),
    }
}

fn number(life: &mut Life) -> u64 {
    life.dice.below(8) + 1
}

fn place(life: &mut Life) -> &'static str {
    life.dice.pick::<&str>(&PLACES)
}

fn call(life: &mut Life) {
    let tel = *life.dice.pick::<&str>(&CALLERS);
    let types = *life.dice.pick(&["자동", "자동", "수동"]);
    let body = json!({"tel": tel, "location": place(life), "cost": 25_000, "drivingType": types});
    life.send("call", Method::Post, "/drivercalls", &body);
}

fn cancel(life: &mut Life) {
    let path = format!("/drivercalls/{}", number(life));
    life.send("cancel", Method::Delete, &path, &Value::Null);
}

fn finish(life: &mut Life) {
    let path = format!("/driverassigns/{}", number(life));
    life.send("finish", Method::Patch, &path, &json!({"status": "운행종료"}));
}

fn duty(life: &mut Life) {
    let path = format!("/drivers/{}", life.dice.below(7) + 1);
    let status = *life.dice.pick(&["휴무", "휴무", "대기"]);
    let body =
        if life.dice.percent(80) { json!({"status": status}) } else { json!({"location": place(life)}) };
    life.send("duty", Method::Patch, &path, &body);
}

fn register(life: &mut Life) {
    let types = *life.dice.pick(&["자동", "수동", "자동,수동"]);
    let body = json!({"driverid": "7", "driver": "새기사", "drivertel": "010", "drivingType": types,
        "location": place(life)});
    life.send("register", Method::Post, "/drivers", &body);
}

fn desk(life: &mut Life) {
    let number = DESK_FROM + life.dice.below(3);
    let status = *life.dice.pick(&["호출", "호출", "호출취소"]);
    let body =
        json!({"orderId": number.to_string(), "tel": AT_THE_DESK, "location": place(life), "status": status});
    life.send("desk", Method::Post, "/drivermanages", &body);
}

/// The desk takes the number of a call, be it one that is made or the next.
fn wrong_desk(life: &mut Life) {
    let body = json!({"orderId": number(life).to_string(), "tel": AT_THE_DESK, "location": place(life)});
    life.send("wrong desk", Method::Post, "/drivermanages", &body);
}

fn look(life: &mut Life) {
    let path = format!("/drivercalls/{}", number(life));
    life.send("look", Method::Patch, &path, &json!({}));
}

/// Whoever was told 201 has been driven, or was told why not; nobody else was; and no driver is left busy.
fn check(life: &mut Life) {
    for refused in life.answers("wrong desk") {
        let known = refused.status == 503 || refused.code.as_deref() == Some("number-of-a-call");
        assert!(known, "{refused:?}");
    }
    for number in life.made("desk") {
        assert!(number >= DESK_FROM);
        let page = life.world.get(&format!("/customers/{number}")).is(200).with("tel", AT_THE_DESK).body;
        assert!(page["status"] == "운행종료" || page["status"] == "호출취소", "{page}");
        let told = life.world.notices(number).pop().unwrap_or_default();
        assert!(told.contains("취소되었습니다") || told.contains("종료되었습니다"), "{number}: {told}");
    }
    for number in life.made("call") {
        let page = life.world.get(&format!("/customers/{number}")).is(200).body;
        let call = life.world.get(&format!("/drivercalls/{number}"));
        let status = page["status"].as_str().unwrap_or_default().to_owned();
        assert!(
            CALLERS.contains(&page["tel"].as_str().unwrap_or_default()),
            "whoever called is told: {page}"
        );
        let seen = call.body["status"].as_str().unwrap_or_default().to_owned();
        match status.as_str() {
            "운행종료" => assert_eq!(seen, "운행종료", "call {number}"),
            // The customer's own cancel, or the system's with a reason.
            "호출취소" => {
                assert_eq!(call.status == 404, page["reason"].is_null(), "call {number}: {page}");
                assert!(call.status == 404 || seen == "호출취소", "call {number}: {seen}");
            }
            other => panic!("nothing waits for ever: call {number} is {other}"),
        }
        let told = page["messages"].as_array().expect("a list").len();
        let texts = life.world.notices(number);
        assert_eq!(told, texts.len(), "the page of {number} shows what was told: {page}");
        assert!(texts.iter().filter(|text| text.contains("배정되었습니다")).count() <= 1, "{texts:?}");
        let last = texts.last().map(String::as_str).unwrap_or_default();
        assert!(
            last.contains("취소되었습니다") || last.contains("종료되었습니다"),
            "{number} was told: {texts:?}"
        );
    }
    for driver in life.world.list("drivers") {
        assert_ne!(driver["status"], "운행중", "every trip has ended: {driver}");
    }
}

#[test]
fn random_lives_keep_every_promise() {
    lives(Play { system: accepting, deed, check }, LIVES);
}

#[test]
fn d8_d14_random_lives_of_calls_that_may_be_refused() {
    lives(Play { system: refusing, deed, check }, LIVES);
}
