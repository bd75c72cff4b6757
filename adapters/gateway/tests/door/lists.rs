//! Collections, views and finders, page by page.

use crate::support::{Answer, Door, gateway, record};
use kernel::Problem;
use serde_json::{Value, json};

fn with_orders(count: u64) -> Door {
    let door = gateway();
    for id in 1..=count {
        door.front.holds("order", id, record(&json!({"name": format!("Jung {}", id % 2), "qty": null})));
    }
    door
}

fn with_pages(count: u64) -> Door {
    let door = gateway();
    for id in 1..=count {
        door.front.holds("mypage", id, record(&json!({"orderId": id % 3, "name": "정", "status": null})));
    }
    door
}

#[track_caller]
fn links(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let mut names: Vec<String> = json["_links"].as_object().expect("links").keys().cloned().collect();
    names.sort();
    names
}

#[track_caller]
fn rows(answer: &Answer, plural: &str) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer:#?}");
    answer.json()["_embedded"][plural].as_array().expect("rows").clone()
}

#[tokio::test]
async fn an_empty_collection_is_a_page_without_rows() {
    let answer = gateway().get("/orders").await;
    let expected = json!({
        "_embedded": {"orders": []},
        "_links": {
            "self": {"href": "http://localhost:8088/orders{?page,size,sort}", "templated": true},
            "profile": {"href": "http://localhost:8088/profile/orders"},
            "search": {"href": "http://localhost:8088/orders/search"},
        },
        "page": {"size": 20, "totalElements": 0, "totalPages": 0, "number": 0},
    });
    assert_eq!(answer.json(), expected);
    assert_eq!(answer.header("content-type"), "application/hal+json;charset=UTF-8");
}

#[tokio::test]
async fn a_collection_is_shown_in_pages_of_twenty() {
    let door = with_orders(45);
    let first = door.get("/orders").await;
    assert_eq!(rows(&first, "orders").len(), 20);
    let row = json!({"name": "Jung 1", "qty": null, "_links": {
        "self": {"href": "http://localhost:8088/orders/1"}, "order": {"href": "http://localhost:8088/orders/1"}}});
    assert_eq!(rows(&first, "orders")[0], row);
    assert_eq!(first.json()["page"], json!({"size": 20, "totalElements": 45, "totalPages": 3, "number": 0}));
    assert_eq!(first.link("next"), "http://localhost:8088/orders?page=1&size=20");
    assert_eq!(first.link("last"), "http://localhost:8088/orders?page=2&size=20");
    assert_eq!(links(&first), ["first", "last", "next", "profile", "search", "self"]);

    let middle = door.get("/orders?page=1").await;
    assert_eq!(links(&middle), ["first", "last", "next", "prev", "profile", "search", "self"]);
    assert_eq!(middle.link("self"), "http://localhost:8088/orders?page=1&size=20");
    assert!(middle.json()["_links"]["self"]["templated"].is_null());

    let last = door.get("/orders?page=2").await;
    assert_eq!(rows(&last, "orders").len(), 5);
    assert_eq!(links(&last), ["first", "last", "prev", "profile", "search", "self"]);
    assert_eq!(door.front.last_query().offset, 40);
    assert_eq!(door.front.last_query().kind, "shop.order");
}

#[tokio::test]
async fn one_page_has_no_links_to_others() {
    assert_eq!(links(&with_orders(20).get("/orders").await), ["profile", "search", "self"]);
}

#[tokio::test]
async fn past_the_end_is_an_empty_page_with_a_way_back() {
    let answer = with_orders(45).get("/orders?page=9&size=10&sort=name,desc").await;
    assert_eq!(rows(&answer, "orders").len(), 0);
    assert_eq!(answer.link("prev"), "http://localhost:8088/orders?page=4&size=10&sort=name,desc");
    assert_eq!(answer.link("first"), "http://localhost:8088/orders?page=0&size=10&sort=name,desc");
    assert!(answer.json()["_links"]["next"].is_null());
    assert_eq!(answer.json()["page"]["number"], 9);
    let far = with_orders(1).get("/orders?page=4294967295&size=1000").await;
    assert_eq!(rows(&far, "orders").len(), 0);
}

#[tokio::test]
async fn a_page_has_at_most_a_thousand_rows() {
    let door = with_orders(3);
    let answer = door.get("/orders?size=5000").await;
    assert_eq!(answer.json()["page"]["size"], 1000);
    assert_eq!(door.front.last_query().limit, 1000);
    assert_eq!(answer.link("self"), "http://localhost:8088/orders?page=0&size=1000");
}

#[tokio::test]
async fn rows_are_sorted_by_a_visible_field_or_the_number() {
    let door = with_orders(1);
    let cases = [
        ("name", "name", false),
        ("name,asc", "name", false),
        ("id,desc", "id", true),
        ("qty,DESC", "qty", true),
        ("status,desc", "status", true),
    ];
    for (sort, field, descending) in cases {
        assert_eq!(door.get(&format!("/orders?sort={sort}")).await.status, 200);
        assert_eq!(door.front.last_query().sort, Some((field.into(), descending)));
    }
    assert_eq!(
        door.get("/orders?sort=id%2Cdesc").await.link("self"),
        "http://localhost:8088/orders?sort=id,desc"
    );
    door.get("/orders").await;
    assert_eq!(door.front.last_query().sort, None);
}

#[tokio::test]
async fn wrong_parameters_of_a_list_are_named() {
    let door = with_orders(1);
    let wrong = [
        ("size=0", "size"),
        ("size=abc", "size"),
        ("size=-1", "size"),
        ("size=", "size"),
        ("size=%2B1", "size"),
        ("page=-1", "page"),
        ("page=1.5", "page"),
        ("page=x", "page"),
        ("page=99999999999999999999999", "page"),
        ("sort=nothing", "sort"),
        ("sort=grade", "sort"),
        ("sort=name,up", "sort"),
        ("sort=", "sort"),
        ("sort=name,desc,id", "sort"),
        ("page=1&page=2", "page"),
        ("sort=name&sort=id", "sort"),
    ];
    for path in ["/orders", "/mypages"] {
        for (query, name) in wrong {
            let answer = door.get(&format!("{path}?{query}")).await;
            answer.refuses(400, "bad-parameter").names(name);
        }
    }
    assert_eq!(door.get("/orders?unknown=1&&=&a").await.status, 200, "unknown parameters are ignored");
}

#[tokio::test]
async fn a_view_is_shown_whole_without_pages() {
    let answer = with_pages(45).get("/mypages").await;
    assert_eq!(rows(&answer, "mypages").len(), 45);
    assert!(answer.json()["page"].is_null());
    assert_eq!(answer.link("self"), "http://localhost:8088/mypages");
    assert!(answer.json()["_links"]["self"]["templated"].is_null());
    assert_eq!(links(&answer), ["profile", "search", "self"]);
}

#[tokio::test]
async fn a_large_view_ends_in_a_next_link() {
    let door = with_pages(1_001);
    let answer = door.get("/mypages?sort=orderId,desc").await;
    assert_eq!(rows(&answer, "mypages").len(), 1_000);
    assert!(answer.json()["page"].is_null());
    assert_eq!(answer.link("next"), "http://localhost:8088/mypages?page=1&size=1000&sort=orderId,desc");
    assert_eq!(links(&answer), ["next", "profile", "search", "self"]);
    let next = door.get("/mypages?page=1&size=1000").await;
    assert_eq!(rows(&next, "mypages").len(), 1);
    assert_eq!(next.json()["page"]["totalPages"], 2);
}

#[tokio::test]
async fn a_view_is_paged_when_a_page_is_asked_for() {
    let door = with_pages(45);
    for (query, size) in [("page=0", 20), ("size=10", 10)] {
        let answer = door.get(&format!("/mypages?{query}")).await;
        assert_eq!(rows(&answer, "mypages").len(), size);
        assert_eq!(answer.json()["page"]["totalElements"], 45);
        assert_eq!(answer.link("next"), format!("http://localhost:8088/mypages?page=1&size={size}"));
    }
}

#[tokio::test]
async fn a_view_may_always_be_paged() {
    let answer = gateway().get("/boards").await;
    assert_eq!(answer.json()["page"]["size"], 20);
    assert_eq!(answer.link("self"), "http://localhost:8088/boards{?page,size,sort}");
}

#[tokio::test]
async fn the_search_page_names_the_finders() {
    let answer = gateway().get("/shop/mypages/search").await;
    let base = "http://localhost:8088/shop/mypages/search";
    assert_eq!(answer.link("findByOrderId"), format!("{base}/findByOrderId{{?id}}"));
    assert_eq!(answer.json()["_links"]["findByOrderId"]["templated"], true);
    assert_eq!(answer.link("self"), base);
}

#[tokio::test]
async fn a_finder_lists_rows_whose_field_is_the_parameter() {
    let door = with_pages(7);
    let answer = door.get("/mypages/search/findByOrderId?id=1").await;
    assert_eq!(rows(&answer, "mypages").len(), 3);
    assert!(answer.json()["page"].is_null());
    assert_eq!(answer.link("self"), "http://localhost:8088/mypages/search/findByOrderId?id=1");
    assert_eq!(links(&answer), ["self"]);
    assert_eq!(door.front.last_query().equals, Some(("orderId".into(), json!(1))));
    assert_eq!(rows(&door.get("/mypages/search/findByOrderId?id=9").await, "mypages").len(), 0);

    let by_text = door.get("/mypages/search/findByName?name=%EC%A0%95&size=2").await;
    assert_eq!(rows(&by_text, "mypages").len(), 2);
    let self_link = "http://localhost:8088/mypages/search/findByName?name=%EC%A0%95&page=0&size=2";
    assert_eq!(by_text.link("self"), self_link);
    let numeric_text = door.get("/mypages/search/findByName?name=123").await;
    assert_eq!(numeric_text.status, 200);
    assert_eq!(door.front.last_query().equals, Some(("name".into(), json!("123"))));
}

#[tokio::test]
async fn a_finder_without_its_parameter_or_with_a_wrong_one_is_refused() {
    let door = with_pages(1);
    for query in ["", "?orderId=1", "?id=abc", "?id=", "?id=1.5", "?id=-1"] {
        let answer = door.get(&format!("/mypages/search/findByOrderId{query}")).await;
        answer.refuses(400, "bad-parameter").names("id");
    }
    door.get("/mypages/search/findByNothing?id=1").await.refuses(404, "not-found");
    door.get("/mypages/search/findByOrderId?id=1&sort=x").await.refuses(400, "bad-parameter");
}

#[tokio::test]
async fn a_finder_of_one_shows_the_record_itself() {
    let door = gateway();
    door.front.holds("board", 4, record(&json!({"goodId": 9, "state": "Emptied"})));
    let answer = door.get("/boards/search/findByGoodId?GoodId=9").await;
    assert_eq!(answer.link("board"), "http://localhost:8088/boards/4");
    assert_eq!(answer.json()["state"], "Emptied");
    door.get("/boards/search/findByGoodId?GoodId=8").await.refuses(404, "not-found");
    door.get("/boards/search/findByGoodId?goodId=9").await.refuses(400, "bad-parameter").names("GoodId");
}

#[tokio::test]
async fn a_row_of_a_view_is_an_item() {
    let door = with_pages(1);
    let answer = door.get("/mypages/1").await;
    let here = json!({"href": "http://localhost:8088/mypages/1"});
    let row = json!({"orderId": 1, "name": "정", "status": null, "_links": {"self": here, "mypage": here}});
    assert_eq!(answer.json(), row);
    door.get("/mypages/2").await.refuses(404, "not-found");
}

#[tokio::test]
async fn a_reader_that_refuses_is_a_problem() {
    let door = gateway();
    door.front.refuses_page(Problem::new(503, "behind", "Not up to date.", "최신 상태가 아닙니다."));
    door.get("/orders").await.refuses(503, "behind");
}
