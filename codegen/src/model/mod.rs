//! The checked model: a specification with every question answered that the code depends on.
//!
//! [`Service::new`] refuses a specification that breaks one of the rules which every known service
//! keeps, and works out what the specification does not say: which objects a request can reach,
//! which members recurse, and how everything is called in Rust.

mod build;
mod check;
mod collisions;
mod graph;
mod value;

pub use value::{Element, Scalar, Value};

use crate::error::Error;
use crate::names::Name;
use crate::spec::{Spec, Status};

/// A service: what becomes one crate.
#[derive(Clone, Debug)]
pub struct Service {
    /// The directory of the service, such as `autoscaling`.
    pub directory: String,
    /// The name of the client type, such as `AutoscalingClient`.
    pub client: Name,
    /// The versions, oldest first.
    pub versions: Vec<Version>,
}

/// One API version of a service: what becomes one module.
#[derive(Clone, Debug)]
pub struct Version {
    /// The name of the service in requests, such as `as`.
    pub service: String,
    /// The version, such as `2017-03-12`.
    pub version: String,
    /// The name of the module, such as `v20170312`.
    pub module: Name,
    /// The actions by name.
    pub actions: Vec<Action>,
    /// The objects by name.
    pub objects: Vec<Object>,
}

/// An operation: what becomes a method.
#[derive(Clone, Debug)]
pub struct Action {
    /// The name in the API.
    pub wire: String,
    /// The name of the method.
    pub method: Name,
    /// The type of the request.
    pub request: Name,
    /// The type of the response.
    pub response: Name,
    /// Whether the action is still offered, where that is stated.
    pub status: Option<Status>,
    /// Whether a request carries a signature.
    pub signed: bool,
}

/// An object: what becomes a struct.
#[derive(Clone, Debug)]
pub struct Object {
    /// The name in the API.
    pub wire: String,
    /// The name of the type.
    pub name: Name,
    /// What it is for.
    pub role: Role,
    /// Whether a request can hold it: it has setters, and absent and empty lists differ.
    pub sent: bool,
    /// Whether a response can hold it.
    pub returned: bool,
    /// The members, in the order of the specification, but for the request id of a response,
    /// which is last.
    pub members: Vec<Member>,
}

/// What an object is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The request of the action with this method.
    Request(Name),
    /// The response of the action with this method.
    Response(Name),
    /// A part of others.
    Part,
}

/// A member: what becomes a field, and a setter in an object that is sent.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Member {
    /// The name in JSON.
    pub wire: String,
    /// The name of the field.
    pub field: Name,
    /// The name of the setter.
    pub setter: Name,
    /// The type.
    pub value: Value,
    /// Whether it is held in a box, because the object would contain itself.
    pub boxed: bool,
    /// Whether it is the request id of a response.
    pub request_id: bool,
    /// Whether a request must set it.
    pub required: bool,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// Whether a response is said to hold null for it at times.
    pub nullable: bool,
}

impl Service {
    /// Checks the versions of one service and names everything in them.
    ///
    /// # Errors
    ///
    /// Everything that [`Problem`](crate::Problem) lists, with its place.
    pub fn new(specs: &[Spec]) -> Result<Self, Error> {
        build::service(specs)
    }

    /// The name of the package, such as `tencentcloud-cvm`.
    pub fn package(&self) -> String {
        format!("tencentcloud-{}", self.directory)
    }

    /// The name of the crate in Rust, such as `tencentcloud_cvm`.
    pub fn crate_name(&self) -> String {
        format!("tencentcloud_{}", self.directory)
    }
}
