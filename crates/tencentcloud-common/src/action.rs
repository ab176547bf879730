use crate::model::Model;

/// A request that knows its action and its response, so that
/// [`Client::call`](crate::Client::call) needs nothing else.
///
/// Implemented by [`action!`](crate::action), never by hand.
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

/// Ties a request to its client, its response and the name of its action.
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
