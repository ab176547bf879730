use super::{Field, Model, ObjectList, Ref};

/// Whether two models of the same type have the same members set to the same values.
pub fn equal(left: &dyn Model, right: &dyn Model) -> bool {
    let mut same = false;
    left.fields(&mut |left: &[&dyn Field]| {
        right.fields(&mut |right: &[&dyn Field]| {
            same = left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same_value(left.get(), right.get()));
        });
    });
    same
}

#[allow(clippy::float_cmp, reason = "equality of floats is what is asked for, as in a derive")]
fn same_value(left: Ref<'_>, right: Ref<'_>) -> bool {
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
        (Ref::Objects(left), Ref::Objects(right)) => same_objects(left, right),
        _ => false,
    }
}

fn same_objects(left: &dyn ObjectList, right: &dyn ObjectList) -> bool {
    left.count() == right.count()
        && left.iter().zip(right.iter()).all(|(left, right)| equal(left, right))
}
