//! An attachment → the report inside: plain XML, gzip, or a zip with one file, each within its bounds before and after unpacking.
//!
//! In: any bytes. Out: at most [`MAX_BYTES`] bytes, or why not. Nothing is written anywhere, names inside are not looked at. A zip
//! holds one file (RFC 9990 section 4.1.2), so its first local header and the stream behind it are all that is read (PKWARE
//! APPNOTE 4.3.7); a stream of deflate says itself where it ends.

use std::io::{ErrorKind, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder};

use super::refused::Refused;

/// Bytes of an attachment.
pub const MAX_PACKED: usize = 1 << 20;
/// Bytes of what is inside: a report of some 15,000 rows.
pub const MAX_BYTES: usize = 10 << 20;
/// Bytes from the beginning in which a report says that it is one.
const BEGINNING: usize = 4 << 10;
/// Bytes of a local header before its names.
const HEADER: usize = 30;

/// Unpacks it.
///
/// # Errors
/// [`Refused::TooLarge`] before or after, [`Refused::Broken`] when it is no such file.
pub fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Refused> {
    if bytes.len() > MAX_PACKED {
        return Err(Refused::TooLarge);
    }
    let mut out = Vec::new();
    let read = opened(bytes).ok_or(Refused::Broken)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut out);
    match read {
        Ok(length) if length > MAX_BYTES => Err(Refused::TooLarge),
        Ok(_) => Ok(out),
        Err(_) => Err(Refused::Broken),
    }
}

/// Whether an attachment begins like an aggregate report; unpacks no more than its beginning.
pub fn looks_like_one(bytes: &[u8]) -> bool {
    let mut beginning = Vec::new();
    let Some(reader) = opened(bytes) else { return false };
    // What came before a fault counts too.
    let read = reader.take(BEGINNING as u64).read_to_end(&mut beginning);
    let fits = read.is_ok() || read.is_err_and(|error| error.kind() != ErrorKind::Unsupported);
    let mut named = memchr::memmem::find_iter(&beginning, b"feedback");
    let has_root = named.any(|at| at > 0 && matches!(beginning[at - 1], b'<' | b':'));
    let begins = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&beginning).trim_ascii_start().starts_with(b"<");
    fits && begins && has_root
}

/// What is inside, as a stream; `None` for a zip that cannot be read.
fn opened(bytes: &[u8]) -> Option<Box<dyn Read + '_>> {
    match bytes {
        [0x1f, 0x8b, ..] => Some(Box::new(MultiGzDecoder::new(bytes))),
        [b'P', b'K', 3, 4, ..] => member(bytes),
        _ => Some(Box::new(bytes)),
    }
}

/// The first file of a zip.
fn member(bytes: &[u8]) -> Option<Box<dyn Read + '_>> {
    let two = |at: usize| bytes.get(at..at + 2).map(|two| usize::from(u16::from_le_bytes([two[0], two[1]])));
    let four = |at: usize| bytes.get(at..at + 4).map(|it| u32::from_le_bytes([it[0], it[1], it[2], it[3]]));
    let (flags, method, length) = (two(6)?, two(8)?, four(18)?);
    let rest = bytes.get(HEADER + two(26)? + two(28)?..)?;
    let (is_encrypted, length_follows) = (flags & 1 != 0, flags & 8 != 0);
    match method {
        _ if is_encrypted => None,
        8 => Some(Box::new(DeflateDecoder::new(rest))),
        0 if !length_follows => Some(Box::new(rest.get(..usize::try_from(length).ok()?)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder};
    use proptest::prelude::*;

    use super::*;

    const XML: &[u8] = b"<?xml version=\"1.0\"?>\n<!-- feedback -->\n<feedback><version>1.0</version></feedback>";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// A zip as far as it is read: header, name, content.
    fn zip(flags: u8, method: u8, length: usize, content: &[u8]) -> Vec<u8> {
        let mut out = b"PK\x03\x04\x14\x00".to_vec();
        out.extend([flags, 0, method, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        out.extend((length as u32).to_le_bytes());
        out.extend([0, 0, 0, 0, 5, 0, 2, 0]);
        out.extend(b"r.xmlxx");
        out.extend(content);
        out
    }

    #[test]
    fn each_way_of_packing_gives_the_same() {
        let packed = deflated(XML);
        let behind = [packed.as_slice(), b"PK\x01\x02 and a directory that nobody reads"].concat();
        for bytes in [XML.to_vec(), gzip(XML), zip(0, 8, packed.len(), &packed), zip(8, 8, 0, &behind)] {
            assert_eq!(unpack(&bytes).unwrap(), XML);
            assert!(looks_like_one(&bytes));
        }
        assert_eq!(unpack(&zip(0, 0, XML.len(), &[XML, b"more"].concat())).unwrap(), XML);
    }

    #[test]
    fn bounds_hold_before_and_after_unpacking() {
        let huge = vec![b' '; MAX_BYTES + 1];
        assert_eq!(unpack(&gzip(&huge)), Err(Refused::TooLarge));
        assert_eq!(unpack(&zip(8, 8, 0, &deflated(&huge))), Err(Refused::TooLarge));
        assert_eq!(unpack(&vec![b' '; MAX_PACKED + 1]), Err(Refused::TooLarge));
        assert_eq!(unpack(&gzip(&huge[1..])).unwrap().len(), MAX_BYTES);
    }

    #[test]
    fn what_is_broken_or_locked_is_refused() {
        let (whole, packed) = (gzip(XML), deflated(XML));
        for bytes in [
            whole[..whole.len() / 2].to_vec(),
            zip(1, 8, packed.len(), &packed),
            zip(0, 12, packed.len(), &packed),
            zip(8, 0, 0, XML),
            zip(0, 0, XML.len() + 1, XML),
            b"PK\x03\x04".to_vec(),
        ] {
            assert_eq!(unpack(&bytes), Err(Refused::Broken));
        }
        for other in [&b"<html><body>feedback</body></html>"[..], b"{\"feedback\":1}", b"<a><html:feedback", b""] {
            assert_eq!(looks_like_one(other), other.starts_with(b"<a>"), "{}", String::from_utf8_lossy(other));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_unpacked_or_refused(
            bytes in proptest::collection::vec(any::<u8>(), 0..300), start in 0..4_usize, cut in 0..80_usize,
        ) {
            let packed = gzip(XML);
            let starts: [&[u8]; 4] = [b"", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", b"PK\x03\x04", &packed];
            let start = &starts[start][..starts[start].len().saturating_sub(cut)];
            let bytes = [start, &bytes].concat();
            let _ = (unpack(&bytes), looks_like_one(&bytes));
        }
    }
}
