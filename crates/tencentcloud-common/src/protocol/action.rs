use crate::protocol::model::Model;

/// A typed request with its action and its response type, for
/// [`Client::call`](crate::Client::call).
///
/// Use it as a bound in generic code. Only generated code should implement it, because any version
/// may add required items.
///
/// ```
/// use tencentcloud_common::{Action, Client, Error};
///
/// /// Prints the action of a call that fails.
/// async fn call_loudly<A: Action>(client: &Client, request: A) -> Result<A::Response, Error> {
///     client.call(request).await.inspect_err(|error| eprintln!("{}: {error}", A::NAME))
/// }
/// ```
pub trait Action: Model + Sized + 'static {
    /// The response type of the action.
    type Response: Model + Default;

    /// The client of the service and version that the action belongs to.
    type Client;

    /// The name of the action, such as `DescribeInstances`.
    const NAME: &'static str;

    /// Whether the request is signed; `false` for the few actions that return a credential to a
    /// caller that has none.
    const SIGNED: bool = true;
}

/// Links a request to its client, its response and the name of its action. For generated code; not
/// covered by semantic versioning.
///
/// ```
/// use tencentcloud_common::{Action, action, table};
///
/// /// A client.
/// pub struct ZooClient;
///
/// /// A request.
/// #[derive(Clone, Default)]
/// pub struct DescribeLionsRequest {}
/// table!(DescribeLionsRequest {});
///
/// /// Its response.
/// #[derive(Clone, Default)]
/// pub struct DescribeLionsResponse {
///     /// The number of lions.
///     pub total_count: Option<i64>,
/// }
/// table!(DescribeLionsResponse { "TotalCount": total_count });
///
/// action!(ZooClient: DescribeLionsRequest => DescribeLionsResponse, "DescribeLions");
/// assert_eq!(DescribeLionsRequest::NAME, "DescribeLions");
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! action {
    ($client:ty : $request:ty => $response:ty, $name:literal) => {
        impl $crate::Action for $request {
            type Response = $response;
            type Client = $client;
            const NAME: &'static str = $name;
        }
    };
    ($client:ty : $request:ty => $response:ty, $name:literal, unsigned) => {
        impl $crate::Action for $request {
            type Response = $response;
            type Client = $client;
            const NAME: &'static str = $name;
            const SIGNED: bool = false;
        }
    };
}
