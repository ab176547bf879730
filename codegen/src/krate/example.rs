use crate::model::{Action, Element, Object, Role, Scalar, Service, Version};
use crate::spec::Status;

/// The call that the documentation of a crate shows.
pub(super) struct Example<'a> {
    version: &'a Version,
    action: &'a Action,
    /// What stands behind `Request::new()`.
    setters: String,
}

/// Picks a call that only reads and needs nothing to be filled in, with a limit if there is one;
/// the one with the shortest name, of the newest version that has one. Failing that, any call.
pub(super) fn choose(service: &Service) -> Option<Example<'_>> {
    let examples = service.versions.iter().rev().flat_map(|version| {
        version.actions.iter().map(move |action| Example::new(version, action))
    });
    let examples = examples.collect::<Vec<_>>().into_iter();
    examples.min_by_key(|example| {
        let reads = example.reads();
        let complete = example.is_complete();
        (!(reads && complete), example.setters.is_empty(), !reads, example.action.wire.len())
    })
}

impl<'a> Example<'a> {
    fn new(version: &'a Version, action: &'a Action) -> Self {
        let mut example = Self { version, action, setters: String::new() };
        let limit = example.request().and_then(|request| {
            request.members.iter().find(|member| member.wire == "Limit" && !member.value.list)
        });
        if let Some(limit) = limit {
            example.setters = match limit.value.element {
                Element::Scalar(Scalar::Signed | Scalar::Unsigned) => ".limit(10)".to_owned(),
                Element::Scalar(Scalar::Text) => ".limit(\"10\")".to_owned(),
                _ => String::new(),
            };
        }
        example
    }

    fn request(&self) -> Option<&'a Object> {
        let is_request =
            |object: &&Object| object.role == Role::Request(self.action.method.clone());
        self.version.objects.iter().find(is_request)
    }

    fn reads(&self) -> bool {
        let verbs = ["Describe", "List", "Get", "Query", "Search"];
        matches!(self.action.status, None | Some(Status::Online))
            && verbs.iter().any(|verb| self.action.wire.starts_with(verb))
    }

    fn is_complete(&self) -> bool {
        let members = self.request().into_iter().flat_map(|request| &request.members);
        members
            .filter(|member| member.required)
            .all(|member| member.wire == "Limit" && !self.setters.is_empty())
    }

    /// The lines of a program that makes the call.
    pub(super) fn lines(&self, service: &Service) -> Vec<String> {
        let krate = service.crate_name();
        let (client, module) = (&service.client, &self.version.module);
        let (method, request, setters) = (&self.action.method, &self.action.request, &self.setters);
        let call = format!("client.{method}({request}::new(){setters}).await?;");
        let call = if call.len() > 80 {
            vec![
                format!("    let request = {request}::new(){setters};"),
                format!("    let response = client.{method}(request).await?;"),
            ]
        } else {
            vec![format!("    let response = {call}")]
        };
        let mut lines = vec![
            format!("use {krate}::common::{{Credential, Error}};"),
            format!("use {krate}::{module}::{client};"),
            format!("use {krate}::{module}::models::{request};"),
            String::new(),
            "async fn example() -> Result<(), Error> {".to_owned(),
            "    let credential = Credential::new(\"SECRET_ID\", \"SECRET_KEY\")?;".to_owned(),
            format!("    let client = {client}::new(credential, \"ap-guangzhou\");"),
        ];
        lines.extend(call);
        lines.push("    println!(\"{response:?}\");".to_owned());
        lines.push("    Ok(())".to_owned());
        lines.push("}".to_owned());
        lines
    }
}
