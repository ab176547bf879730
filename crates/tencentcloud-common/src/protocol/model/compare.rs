use super::{Field, Model, ObjectList, Ref};

/// Returns whether two models of the same type are equal, member by member.
pub fn equal(left: &dyn Model, right: &dyn Model) -> bool {
    let mut is_equal = false;
    left.fields(&mut |left: &[&dyn Field]| {
        right.fields(&mut |right: &[&dyn Field]| {
            is_equal = left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| equal_values(left.get(), right.get()));
        });
    });
    is_equal
}

#[allow(clippy::float_cmp, reason = "a derived `PartialEq` compares floats in the same way")]
fn equal_values(left: Ref<'_>, right: Ref<'_>) -> bool {
    match (left, right) {
        (Ref::Unset, Ref::Unset) => true,
        (Ref::Bool(left), Ref::Bool(right)) => left == right,
        (Ref::I64(left), Ref::I64(right)) => left == right,
        (Ref::U64(left), Ref::U64(right)) => left == right,
        (Ref::F64(left), Ref::F64(right)) => left == right,
        (Ref::Str(left), Ref::Str(right)) => left == right,
        (Ref::Binary(left), Ref::Binary(right)) => left == right,
        (Ref::Bools(left), Ref::Bools(right)) => left == right,
        (Ref::I64s(left), Ref::I64s(right)) => left == right,
        (Ref::U64s(left), Ref::U64s(right)) => left == right,
        (Ref::F64s(left), Ref::F64s(right)) => left == right,
        (Ref::Strs(left), Ref::Strs(right)) => left == right,
        (Ref::Object(left), Ref::Object(right)) => equal(left, right),
        (Ref::Objects(left), Ref::Objects(right)) => equal_lists(left, right),
        _ => false,
    }
}

fn equal_lists(left: &dyn ObjectList, right: &dyn ObjectList) -> bool {
    left.count() == right.count()
        && left.iter().zip(right.iter()).all(|(left, right)| equal(left, right))
}
