//! Undoing compression piece by piece, as a stream of events needs it.

use std::io::Write as _;

use bytes::{Buf, Bytes};
use flate2::write::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use http::HeaderMap;

use super::{Coding, broken, codings, is_zlib};
use crate::error::Error;

#[cfg(test)]
mod tests;

/// How many bytes are made at once.
const STEP: usize = 32 * 1024;

/// Undoes the codings of a body while it arrives.
///
/// What a sender has flushed is given out at once, and never more than a few [`STEP`]s at a time:
/// a small piece that becomes huge is held as a small piece.
pub(crate) struct Decompressor {
    /// In the order in which they are undone.
    stages: Vec<Stage>,
}

struct Stage {
    decoder: Decoder,
    /// What has arrived here and is still to be decoded.
    input: Bytes,
}

enum Decoder {
    /// `None` before the first byte: nothing is not compressed, whatever the headers say.
    Gzip(Option<MultiGzDecoder<Vec<u8>>>),
    Deflate(Inflater),
}

impl Decompressor {
    /// For a body with these headers; `None` when it is not compressed.
    pub(crate) fn new(headers: &HeaderMap) -> Result<Option<Self>, Error> {
        let stages: Vec<_> = codings(headers)?
            .into_iter()
            // They are named in the order in which they were applied.
            .rev()
            .map(|coding| Stage {
                decoder: match coding {
                    Coding::Gzip => Decoder::Gzip(None),
                    Coding::Deflate => Decoder::Deflate(Inflater::default()),
                },
                input: Bytes::new(),
            })
            .collect();
        Ok(if stages.is_empty() { None } else { Some(Self { stages }) })
    }

    /// Takes what has arrived. All of what arrived before must have been pulled.
    pub(crate) fn push(&mut self, chunk: Bytes) {
        if let Some(first) = self.stages.first_mut() {
            first.input = chunk;
        }
    }

    /// The next bytes; `None` when more must arrive first.
    pub(crate) fn pull(&mut self) -> Result<Option<Bytes>, Error> {
        // The last stage that has something to do, so that the others need not keep much.
        while let Some(at) = self.stages.iter().rposition(|stage| !stage.input.is_empty()) {
            let Some(stage) = self.stages.get_mut(at) else { break };
            let decoded = stage.step()?;
            if decoded.is_empty() {
                continue;
            }
            match self.stages.get_mut(at + 1) {
                Some(next) => next.input = decoded.into(),
                None => return Ok(Some(decoded.into())),
            }
        }
        Ok(None)
    }

    /// Checks that the end of the body is the end of what was compressed.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        self.stages.iter_mut().try_for_each(|stage| match &mut stage.decoder {
            Decoder::Gzip(Some(decoder)) => {
                decoder.try_finish().map_err(|error| broken("gzip", error))
            }
            Decoder::Gzip(None) => Ok(()),
            Decoder::Deflate(inflater) => inflater.finish(),
        })
    }
}

impl Stage {
    /// Decodes some of the input, which is not empty.
    fn step(&mut self) -> Result<Vec<u8>, Error> {
        let input = &mut self.input;
        match &mut self.decoder {
            Decoder::Deflate(inflater) => inflater.step(input),
            Decoder::Gzip(decoder) => {
                let decoder = decoder.get_or_insert_with(|| MultiGzDecoder::new(Vec::new()));
                let taken = decoder.write(input).map_err(|error| broken("gzip", error))?;
                if taken == 0 {
                    return Err(broken("gzip", "it does not go on"));
                }
                input.advance(taken.min(input.len()));
                if input.is_empty() {
                    decoder.flush().map_err(|error| broken("gzip", error))?;
                }
                Ok(std::mem::take(decoder.get_mut()))
            }
        }
    }
}

/// Reads `deflate`, whose first two bytes tell what it means.
#[derive(Default)]
struct Inflater {
    /// What came before two bytes were there.
    head: Vec<u8>,
    state: Option<Decompress>,
    /// The stream has ended; what follows is nothing, as in a body that is read whole.
    ended: bool,
}

impl Inflater {
    fn step(&mut self, input: &mut Bytes) -> Result<Vec<u8>, Error> {
        if self.ended {
            input.clear();
        }
        if self.state.is_none() {
            let missing = 2_usize.saturating_sub(self.head.len()).min(input.len());
            self.head.extend_from_slice(&input.split_to(missing));
            if self.head.len() < 2 {
                return Ok(Vec::new());
            }
        }
        let state = self.state.get_or_insert_with(|| Decompress::new(is_zlib(&self.head)));
        let mut decoded = Vec::with_capacity(STEP);
        while !self.ended {
            let from_head = !self.head.is_empty();
            let source: &[u8] = if from_head { &self.head } else { input };
            if decoded.len() == decoded.capacity() {
                if !source.is_empty() {
                    break;
                }
                // All is taken, but some of it is held back for want of room: not much.
                decoded.reserve(STEP);
            }
            let (before, produced) = (state.total_in(), decoded.len());
            let status = state
                .decompress_vec(source, &mut decoded, FlushDecompress::Sync)
                .map_err(|error| broken("deflate", error))?;
            let taken = usize::try_from(state.total_in() - before).unwrap_or(usize::MAX);
            self.ended = status == Status::StreamEnd;
            if taken == 0 && decoded.len() == produced && !self.ended {
                if source.is_empty() {
                    break;
                }
                return Err(broken("deflate", "it does not go on"));
            }
            if from_head {
                self.head.drain(..taken.min(self.head.len()));
            } else {
                input.advance(taken.min(input.len()));
            }
        }
        Ok(decoded)
    }

    fn finish(&mut self) -> Result<(), Error> {
        let nothing = self.state.is_none() && self.head.is_empty();
        if self.ended || nothing { Ok(()) } else { Err(broken("deflate", "it is truncated")) }
    }
}
