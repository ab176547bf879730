use crate::protocol::model::Model;

/// A request that knows its action and its response, so that
/// [`Client::call`](crate::Client::call) needs nothing else.
///
/// Name it as a bound of code that makes any call. Generated code implements it, and nothing else
/// should: more may be required of an action in any version.
///
/// ```
/// use tencentcloud_common::{Action, Client, Error};
///
/// /// Says which action fails.
/// async fn call_loudly<A: Action>(client: &Client, request: A) -> Result<A::Response, Error> {
///     client.call(request).await.inspect_err(|error| eprintln!("{}: {error}", A::NAME))
/// }
/// ```
pub trait Action: Model + Sized + 'static {
    /// What the action answers.
    type Response: Model + Default;

    /// The client of the service and version that know the action.
    type Client;

    /// The name of the action, such as `DescribeInstances`.
    const NAME: &'static str;

    /// Whether the request is signed. A few actions, which are how a credential is had in the
    /// first place, are not.
    const SIGNED: bool = true;
}

/// For generated code, and not covered by the promise of stable versions: ties a request to its client, its response and the name of its action.
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
///     /// How many lions there are.
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
