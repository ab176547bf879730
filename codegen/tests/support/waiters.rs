//! A specification with a waiter.

use tencentcloud_codegen::spec::{Member, Spec};
use tencentcloud_codegen::supplements::supplement;

use super::{add_action, add_struct, empty, many, member, text};

/// A waiter with most of the keys.
pub(crate) const WAITER: &str = "\
[waiters.thing_ready]
doc = \"every thing is ready\"
action = \"DescribeThings\"
ids = \"Ids\"
limit = \"Limit\"
parameters = [\"Group\"]
items = \"Things\"
id = \"Id\"
state = \"State\"
success = [\"READY\"]
failure = [\"BROKEN\"]
request_id = \"Operation\"
percent = \"Percent\"
message = \"Reason\"
";

/// Returns a specification with the waiter.
pub(crate) fn things() -> Spec {
    with_waiter("", "")
}

/// Returns a specification with the waiter, in which one text is replaced by another.
pub(crate) fn with_waiter(valid: &str, other: &str) -> Spec {
    let waiter = WAITER.replacen(valid, other, 1);
    assert!(valid == other || waiter != WAITER, "{valid}");
    let mut spec = empty();
    let required = Member { required: true, ..text("Group") };
    let request = [
        member("Ids", "list", "string"),
        many("Filters", "Filter"),
        many("Odd", "OddFilter"),
        member("Limit", "int", "int64"),
        member("All", "bool", "bool"),
        text("RequestId"),
        required,
    ];
    let response = [many("Things", "Thing"), member("Names", "list", "string")];
    add_action(&mut spec, "DescribeThings", &request, &response);
    add_struct(&mut spec, "Filter", &[text("Name"), member("Values", "list", "string")]);
    add_struct(
        &mut spec,
        "OddFilter",
        &[member("Name", "int", "int64"), member("Values", "list", "string")],
    );
    let item = [
        text("Id"),
        text("State"),
        member("Level", "int", "uint64"),
        member("Offset", "int", "int64"),
        member("Frozen", "bool", "bool"),
        member("Size", "float", "float"),
        member("Percent", "int", "int64"),
        text("Reason"),
        text("Operation"),
    ];
    add_struct(&mut spec, "Thing", &item);
    let facts = supplement::read("demo", "2020-01-01", &waiter).unwrap();
    spec.supplements.supplement = Some(facts);
    spec
}
