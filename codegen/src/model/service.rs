use super::paging::{NotPaged, Paging};
use super::types::{Scalar, Type};
use crate::names::Ident;
use crate::spec::Status;
use crate::supplements::supplement;
use crate::supplements::values::Literal;

/// Service, from which one crate is generated.
#[derive(Clone, Debug)]
pub struct Service {
    /// Directory of the service, such as `autoscaling`.
    pub directory: String,
    /// Client type, such as `AutoscalingClient`.
    pub client: Ident,
    /// Versions, oldest first.
    pub versions: Vec<Version>,
}

/// API version of a service, from which one module is generated.
#[derive(Clone, Debug)]
pub struct Version {
    /// Service name in requests, such as `as`.
    pub service: String,
    /// API version, such as `2017-03-12`.
    pub version: String,
    /// Module, such as `v20170312`.
    pub module: Ident,
    /// Actions, sorted by API name.
    pub actions: Vec<Action>,
    /// Objects, sorted by API name.
    pub objects: Vec<Object>,
    /// Error codes, sorted by code.
    pub error_codes: Vec<ErrorCode>,
    /// Sets of known values, sorted by name.
    pub value_sets: Vec<ValueSet>,
    /// Names of example programs, sorted, and what they do.
    pub examples: Vec<(String, String)>,
    /// Waiters, sorted by name.
    pub waiters: Vec<Waiter>,
}

/// Operation, from which one method is generated.
#[derive(Clone, Debug)]
pub struct Action {
    /// API name.
    pub api_name: String,
    /// Method of the client.
    pub method: Ident,
    /// Request type.
    pub request: Ident,
    /// Response type.
    pub response: Ident,
    /// Availability, if it is stated.
    pub status: Option<Status>,
    /// Whether requests are signed.
    pub signed: bool,
    /// Method to use instead, if the action is deprecated and has a replacement.
    pub replacement: Option<Ident>,
    /// How its pages are read, or why they are not.
    pub paging: Result<Paging, NotPaged>,
    /// Documented error codes, sorted.
    pub error_codes: Vec<String>,
}

/// Error code, from which one constant is generated.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    /// Code in responses, such as `InvalidParameterValue.Range`.
    pub code: String,
    /// Constant.
    pub name: Ident,
    /// Description; empty if there is none.
    pub description: String,
}

/// Object, from which one struct is generated.
#[derive(Clone, Debug)]
pub struct Object {
    /// API name.
    pub api_name: String,
    /// Struct type.
    pub name: Ident,
    /// Role in the API.
    pub role: Role,
    /// Whether requests can contain the object. If so, it has setters, and an absent list differs
    /// from an empty one.
    pub in_requests: bool,
    /// Whether responses can contain the object.
    pub in_responses: bool,
    /// Members in the order of the specification, except that the request id of a response is last.
    pub members: Vec<Member>,
}

/// Role of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Request of the action with this method.
    Request(Ident),
    /// Response of the action with this method.
    Response(Ident),
    /// Type of members of other objects.
    Struct,
}

/// Member, from which a field and, if requests can contain it, a setter are generated.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "the flags are independent of each other")]
pub struct Member {
    /// Name in JSON.
    pub api_name: String,
    /// Field of the struct.
    pub field: Ident,
    /// Setter of the struct.
    pub setter: Ident,
    /// Type.
    pub ty: Type,
    /// Whether the field is boxed, because the struct would otherwise contain itself.
    pub boxed: bool,
    /// Whether the member is the request id of a response.
    pub is_request_id: bool,
    /// Whether a request must set the member.
    pub required: bool,
    /// Whether the member is deprecated.
    pub deprecated: bool,
    /// Whether upstream states that a response may contain null for the member.
    pub nullable: bool,
    /// Number of the first page, if the member is a page number and upstream states it.
    pub first_page: Option<u8>,
    /// Field to use instead, if the member is deprecated and has a replacement.
    pub replacement: Option<Ident>,
    /// Set of known values, if the member has one.
    pub values: Option<Ident>,
}

/// Known values of some members, from which a module of constants is generated.
#[derive(Clone, Debug)]
pub struct ValueSet {
    /// Module.
    pub name: Ident,
    /// Description, if there is one.
    pub doc: Option<String>,
    /// Type of the values: `String`, `Int64` or `Uint64`.
    pub scalar: Scalar,
    /// Structs and fields of the members.
    pub members: Vec<(Ident, Ident)>,
    /// Values, in the order of the constants.
    pub values: Vec<KnownValue>,
}

/// Known value of a member, from which a constant is generated.
#[derive(Clone, Debug)]
pub struct KnownValue {
    /// Constant.
    pub constant: Ident,
    /// Value.
    pub value: Literal,
    /// Description, if there is one.
    pub doc: Option<String>,
}

/// Waiter, from which a method and a `static` are generated.
#[derive(Clone, Debug)]
pub struct Waiter {
    /// Name, such as `instance_running`.
    pub name: String,
    /// Method of the client.
    pub method: Ident,
    /// Action that it polls.
    pub action: Action,
    /// Argument for the ids.
    pub ids: Argument,
    /// Further members of the request, with their arguments.
    pub parameters: Vec<(String, Argument)>,
    /// How many ids a request accepts.
    pub max_ids: u64,
    /// Seconds between two polls.
    pub interval: u64,
    /// Longest wait in seconds.
    pub max_wait: u64,
    /// Names and states, which are checked.
    pub source: supplement::Waiter,
}

/// Argument of the method of a waiter.
#[derive(Clone, Debug)]
pub enum Argument {
    /// Strings.
    Texts(Ident),
    /// String.
    Text(Ident),
    /// Signed integer.
    Signed(Ident),
    /// Unsigned integer.
    Unsigned(Ident),
    /// Value that is displayed as an integer.
    Displayed(Ident),
}

impl Argument {
    /// Returns the name of the argument.
    pub fn name(&self) -> &Ident {
        match self {
            Self::Texts(name)
            | Self::Text(name)
            | Self::Signed(name)
            | Self::Unsigned(name)
            | Self::Displayed(name) => name,
        }
    }
}

impl Service {
    /// Returns the package name, such as `tencentcloud-cvm`.
    pub fn package(&self) -> String {
        format!("tencentcloud-{}", self.directory)
    }

    /// Returns the crate name in Rust source, such as `tencentcloud_cvm`.
    pub fn crate_name(&self) -> String {
        format!("tencentcloud_{}", self.directory)
    }
}
