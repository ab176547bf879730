//! Streams of server-sent events. An action such as `ChatCompletions` of `hunyuan` responds with a
//! stream if the request asks for it.
//!
//! ```
//! use tencentcloud_common::Error;
//! use tencentcloud_common::sse::EventStream;
//!
//! async fn print(mut events: EventStream) -> Result<(), Error> {
//!     while let Some(event) = events.next().await {
//!         let event = event?;
//!         if event.data == "[DONE]" {
//!             break;
//!         }
//!         println!("{}", event.json_value()?["Choices"][0]["Delta"]["Content"]);
//!     }
//!     Ok(())
//! }
//! ```

mod event;
mod parser;
mod stream;

pub use self::event::Event;
pub use self::stream::EventStream;
pub(crate) use self::stream::StreamOptions;
