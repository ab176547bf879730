use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Filter, Layer};
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::line::{Fields, Line};
use super::{LevelFilter, Logging};

/// A filter for the spans and events of the SDK, up to the level of the loggers.
///
/// It has no level hint and no fixed interest in events of the SDK: `tracing` caches both, and they
/// would have to be rebuilt after every change. Two threads that rebuild them at the same time can
/// leave outdated values. One comparison per event costs less.
pub(super) struct LogFilter(Logging);

impl LogFilter {
    pub(super) fn new(logging: Logging) -> Self {
        Self(logging)
    }
}

fn is_from_sdk(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("tencentcloud")
}

impl<S> Filter<S> for LogFilter {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        if !is_from_sdk(metadata) {
            return false;
        }
        let level = self.0.level();
        // The span of a call is logged with every event, even one with a less verbose level.
        let is_span = metadata.is_span() && level != LevelFilter::OFF;
        let level = if is_span { level.max(LevelFilter::INFO) } else { level };
        *metadata.level() <= level
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_from_sdk(metadata) { Interest::sometimes() } else { Interest::never() }
    }
}

/// A layer that formats events as lines.
pub(super) struct LogLayer(Logging);

impl LogLayer {
    pub(super) fn new(logging: Logging) -> Self {
        Self(logging)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for LogLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        // If there are two of these layers, both store the same fields.
        span.extensions_mut().replace(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        // Recorded before the lock is taken, because formatting a value may log.
        let mut new = Fields::default();
        values.record(&mut new);
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            fields.update(new);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let level = *event.metadata().level();
        let mut line = Line::new(self.0.0.clock.now(), level);
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            line.span(span.name(), span.extensions().get::<Fields>());
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.0.write(level, &line.finish(&fields));
    }
}
