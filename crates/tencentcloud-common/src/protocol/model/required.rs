use super::{Field, Model, Ref};

/// The first member that a request must set and that is not set, such as `Filters[0].Name`.
///
/// Looks into nested objects that are set; an object that is absent needs nothing.
pub(crate) fn missing_required(model: &dyn Model) -> Option<String> {
    let table = model.table();
    let mut missing = None;
    model.fields(&mut |fields: &[&dyn Field]| {
        missing = table.members.iter().zip(fields).find_map(|(name, field)| match field.get() {
            Ref::Unset => table.required.contains(name).then(|| (*name).to_owned()),
            Ref::Object(object) => missing_required(object).map(|below| format!("{name}.{below}")),
            Ref::Objects(objects) => objects.iter().enumerate().find_map(|(index, object)| {
                missing_required(object).map(|below| format!("{name}[{index}].{below}"))
            }),
            _ => None,
        });
    });
    missing
}
