use bytes::Bytes;

/// The raw bytes of a file in a request, sent as a part of a `multipart/form-data` body.
///
/// ```
/// use tencentcloud_common::protocol::model::Binary;
///
/// let file = Binary::from(vec![0_u8, 1, 2]);
/// assert_eq!(file.as_bytes(), [0, 1, 2]);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Binary(Bytes);

impl Binary {
    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the bytes as a cheaply cloneable buffer.
    pub(crate) fn bytes(&self) -> &Bytes {
        &self.0
    }
}

impl std::fmt::Debug for Binary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Binary({} bytes)", self.0.len())
    }
}

impl From<Bytes> for Binary {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for Binary {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<&[u8]> for Binary {
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}
