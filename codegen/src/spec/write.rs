use super::{Action, Member, Object, ObjectKind, Spec, Status, Usage};

/// Writes the committed specification of one service version, with one action or member per line.
pub fn write(spec: &Spec) -> String {
    let mut text = String::new();
    text.push_str("{\n");
    text.push_str(&format!("\"service\": {},\n", quoted(&spec.service)));
    text.push_str(&format!("\"version\": {},\n", quoted(&spec.version)));
    text.push_str("\"actions\": ");
    let actions = spec.actions.iter();
    block(&mut text, ["{", "}"], actions.map(|(name, it)| pair(name, &action(it))));
    text.push_str(",\n\"objects\": ");
    let objects = spec.objects.iter();
    block(&mut text, ["{", "}"], objects.map(|(name, it)| pair(name, &object(it))));
    text.push_str("\n}\n");
    text
}

fn action(action: &Action) -> String {
    let mut fields =
        vec![pair("input", &quoted(&action.input)), pair("output", &quoted(&action.output))];
    if let Some(status) = action.status {
        let status = match status {
            Status::Online => "online",
            Status::Deprecated => "deprecated",
            Status::Offline => "offline",
        };
        fields.push(pair("status", &quoted(status)));
    }
    push_flags(&mut fields, &[("skip_sign", action.skip_sign)]);
    line(&fields)
}

fn object(object: &Object) -> String {
    let (kind, usage) = match object.kind {
        ObjectKind::Request => ("request", None),
        ObjectKind::Response => ("response", None),
        ObjectKind::Struct(Usage::In) => ("struct", Some("in")),
        ObjectKind::Struct(Usage::Out) => ("struct", Some("out")),
        ObjectKind::Struct(Usage::Both) => ("struct", Some("both")),
    };
    let mut text = format!("{{{}, ", pair("kind", &quoted(kind)));
    if let Some(usage) = usage {
        text.push_str(&format!("{}, ", pair("usage", &quoted(usage))));
    }
    text.push_str("\"members\": ");
    block(&mut text, ["[", "]"], object.members.iter().map(member));
    text.push('}');
    text
}

fn member(member: &Member) -> String {
    let mut fields = vec![
        pair("name", &quoted(&member.name)),
        pair("type", &quoted(&member.kind)),
        pair("member", &quoted(&member.element)),
    ];
    push_flags(
        &mut fields,
        &[
            ("required", member.required),
            ("disabled", member.disabled),
            ("output_required", member.output_required),
            ("value_allowed_null", member.value_allowed_null),
        ],
    );
    fields.extend(member.first_page.map(|first| pair("first_page", &first.to_string())));
    line(&fields)
}

/// Adds the flags that are set. Other flags are not written.
fn push_flags(fields: &mut Vec<String>, flags: &[(&str, bool)]) {
    fields.extend(flags.iter().filter(|(_, set)| *set).map(|(name, _)| pair(name, "true")));
}

/// Writes brackets with one entry per line between them.
fn block(text: &mut String, [open, close]: [&str; 2], entries: impl Iterator<Item = String>) {
    let entries: Vec<String> = entries.collect();
    text.push_str(open);
    if !entries.is_empty() {
        text.push('\n');
        text.push_str(&entries.join(",\n"));
        text.push('\n');
    }
    text.push_str(close);
}

fn line(fields: &[String]) -> String {
    format!("{{{}}}", fields.join(", "))
}

fn pair(name: &str, value: &str) -> String {
    format!("{}: {value}", quoted(name))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
