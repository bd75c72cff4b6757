use kernel::{Method, Millis};
use serde_json::{Value, json};
use testkit::world::{Twists, World};

struct Dice(u64);
impl Dice {
    fn roll(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13; self.0 ^= self.0 >> 7; self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }
}

fn life(seed: u64) -> (Vec<String>, std::collections::BTreeMap<String, usize>) {
    let mut d = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..5 { d.roll(2); }
    let twists = Twists { hear_twice: d.roll(2) == 0, lose_shelf: d.roll(4) == 0, ..Twists::default() };
    let mut w = World::twisted(|| taxi::system(taxi::Settings::default()), twists);
    let services = ["order", "payment", "reservation", "notification", "taxi"];
    let mut stopped: Vec<&str> = vec![];
    let mut orders = 1u64;
    for _ in 0..d.roll(60) + 10 {
        w.weather.delay_ms = match d.roll(4) { 0 => 1, 1 => d.roll(200), 2 => d.roll(400), _ => 280 + d.roll(40) };
        w.weather.lose_calls = (d.roll(4) == 0) as u32;
        w.weather.lose_answers = (d.roll(4) == 0) as u32;
        let n = d.roll(orders + 1) + 1;
        let t = d.roll(3) + 1;
        let (m, p, b): (Method, String, Value) = match d.roll(14) {
            0..=3 => { orders += 1; (Method::Post, "/orders".into(), json!({"orderType": if d.roll(2)==0 {"prime"} else {"basic"}, "name": "A", "cardNo": if d.roll(5)==0 {"1111222233330002"} else {"1111222233335656"}})) }
            4 => (Method::Delete, format!("/orders/{n}"), Value::Null),
            5 => (Method::Patch, format!("/orders/{n}"), json!({"status": "cancelled"})),
            6 => (Method::Post, "/reservations".into(), json!({"orderId": n, "status": "confirmed"})),
            7 | 8 => (Method::Post, "/reservations".into(), json!({"orderId": n, "status": "confirmed", "taxiId": t})),
            9 => (Method::Patch, format!("/reservations/{n}"), json!({"taxiId": t})),
            10 => (Method::Post, "/taxis".into(), json!({"taxiName": "x", "stockCnt": d.roll(3), "orderType": if d.roll(2)==0 {json!("prime")} else {Value::Null}})),
            11 => (Method::Patch, format!("/taxis/{t}"), json!({"stockCnt": d.roll(3)})),
            12 => (Method::Post, "/paymentHistories".into(), json!({"orderId": n})),
            _ => (Method::Get, String::new(), Value::Null),
        };
        if m != Method::Get { w.send(m, &p, b, None); }
        match d.roll(10) {
            0 => w.crash(),
            1 if stopped.len() < 3 => { let s = services[d.roll(5) as usize]; if !stopped.contains(&s) { w.stop_service(s); stopped.push(s); } }
            2 | 3 => if let Some(s) = stopped.pop() { w.start_service(s) },
            4 => w.pass(Millis(d.roll(2000))),
            5 => w.pass(Millis(d.roll(200))),
            6 if d.roll(10) == 0 => w.pass(Millis::hours(d.roll(30))),
            _ => {}
        }
        let f = w.findings(false);
        if !f.is_empty() { return (f, w.counts()); }
    }
    for s in stopped { w.start_service(s); }
    w.weather = Default::default();
    w.settle();
    let f = w.findings(false);
    if !f.is_empty() { return (f, w.counts()); }
    w.pass(Millis::hours(25)); w.settle();
    w.pass(Millis::days(8)); w.settle();
    (w.findings(true), w.counts())
}

#[test]
fn lives() {
    let from: u64 = std::env::var("FROM").ok().and_then(|s| s.parse().ok()).unwrap_or(0);
    let n: u64 = std::env::var("N").ok().and_then(|s| s.parse().ok()).unwrap_or(300);
    let mut all = std::collections::BTreeMap::<String, usize>::new();
    let mut bad = 0;
    for seed in from..from + n {
        let r = std::panic::catch_unwind(|| life(seed));
        match r {
            Ok((f, c)) => { for (k, v) in c { *all.entry(k).or_default() += v; }
                if !f.is_empty() { bad += 1; if bad < 8 { println!("seed {seed}: {f:?}"); } } }
            Err(_) => { bad += 1; println!("seed {seed}: panic"); }
        }
        if bad > 10 { break; }
    }
    println!("{all:#?} bad {bad}");
}
