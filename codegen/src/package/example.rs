use crate::model::{Action, Element, Object, Role, Scalar, Service, Version};
use crate::spec::Status;

/// Call that the documentation of a crate shows.
pub(super) struct Example<'a> {
    version: &'a Version,
    action: &'a Action,
    /// Setter calls after `Request::new()`.
    setters: String,
}

/// Chooses the action for the example.
///
/// Prefers a read-only action without required members, then one with a limit, then the shortest
/// name, then the newest version.
pub(super) fn choose(service: &Service) -> Option<Example<'_>> {
    let examples = service.versions.iter().rev().flat_map(|version| {
        version.actions.iter().map(move |action| Example::new(version, action))
    });
    let examples = examples.collect::<Vec<_>>().into_iter();
    examples.min_by_key(|example| {
        let is_read_only = example.is_read_only();
        let complete = example.is_complete();
        (
            !(is_read_only && complete),
            example.setters.is_empty(),
            !is_read_only,
            example.action.api_name.len(),
        )
    })
}

impl<'a> Example<'a> {
    fn new(version: &'a Version, action: &'a Action) -> Self {
        let mut example = Self { version, action, setters: String::new() };
        let limit = example.request().and_then(|request| {
            request.members.iter().find(|member| member.api_name == "Limit" && !member.ty.list)
        });
        if let Some(limit) = limit {
            example.setters = match limit.ty.element {
                Element::Scalar(Scalar::Int64 | Scalar::Uint64) => ".limit(10)".to_owned(),
                Element::Scalar(Scalar::String) => ".limit(\"10\")".to_owned(),
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

    fn is_read_only(&self) -> bool {
        let verbs = ["Describe", "List", "Get", "Query", "Search"];
        matches!(self.action.status, None | Some(Status::Online))
            && verbs.iter().any(|verb| self.action.api_name.starts_with(verb))
    }

    fn is_complete(&self) -> bool {
        let members = self.request().into_iter().flat_map(|request| &request.members);
        members
            .filter(|member| member.required)
            .all(|member| member.api_name == "Limit" && !self.setters.is_empty())
    }

    /// Returns the lines of a program that makes the call.
    pub(super) fn lines(&self, service: &Service) -> Vec<String> {
        let crate_name = service.crate_name();
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
            format!("use {crate_name}::common::{{Credential, Error}};"),
            format!("use {crate_name}::{module}::{client};"),
            format!("use {crate_name}::{module}::models::{request};"),
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
