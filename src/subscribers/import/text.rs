//! Any bytes → text for the CSV reader: byte order marks removed, UTF-16 turned into UTF-8, no endless line.
//!
//! Single bytes of windows-1252 stay as they are; each cell is decoded by itself, for files of mixed origin.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes that are examined before the first row is read.
const SAMPLE: usize = 128 * 1024;

/// Longest record, bytes. A longer one lacks a closing quotation mark.
const LONGEST: usize = 1024 * 1024;

/// A text and its beginning.
pub struct Text<'a> {
    /// The first bytes, to recognise it by.
    pub sample: Vec<u8>,
    /// All of it.
    pub whole: Box<dyn Read + 'a>,
}

/// Reads bytes as text.
pub fn open<'a>(mut input: impl Read + 'a) -> io::Result<Text<'a>> {
    let head = take(&mut input, SAMPLE)?;
    let rest = Cursor::new(head.clone()).chain(input);
    let mut whole: Box<dyn Read + 'a> = match head.as_slice() {
        [0xff, 0xfe, ..] => Box::new(Utf16::new(rest, UTF_16LE.new_decoder_with_bom_removal())),
        [0xfe, 0xff, ..] => Box::new(Utf16::new(rest, UTF_16BE.new_decoder_with_bom_removal())),
        [0, b, ..] if *b != 0 => Box::new(Utf16::new(rest, UTF_16BE.new_decoder_without_bom_handling())),
        [b, 0, c, 0, ..] if *b != 0 && *c != 0 => {
            Box::new(Utf16::new(rest, UTF_16LE.new_decoder_without_bom_handling()))
        }
        [0xef, 0xbb, 0xbf, ..] => {
            let mut rest = rest;
            rest.read_exact(&mut [0; 3])?;
            Box::new(rest)
        }
        _ => Box::new(rest),
    };
    let sample = take(&mut whole, SAMPLE)?;
    let whole = Box::new(Cursor::new(sample.clone()).chain(whole));
    Ok(Text { sample, whole })
}

fn take(input: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A cell as text: UTF-8 if it is that, else windows-1252.
pub fn decode(cell: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(cell) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(cell).0,
    }
}

/// Reads UTF-16 as UTF-8.
struct Utf16<R> {
    input: R,
    decoder: Decoder,
    raw: Vec<u8>,
    ended: bool,
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16<R> {
    fn new(input: R, decoder: Decoder) -> Self {
        Self { input, decoder, raw: vec![0; 16 * 1024], ended: false, ready: Vec::new(), given: 0 }
    }

    fn fill(&mut self) -> io::Result<()> {
        let read = self.input.read(&mut self.raw)?;
        self.ended = read == 0;
        let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(read * 3 + 16);
        self.ready.resize(room, 0);
        let (result, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..read], &mut self.ready, self.ended);
        debug_assert_eq!(result, CoderResult::InputEmpty, "the buffer has room for all");
        self.ready.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() && !self.ended {
            self.fill()?;
        }
        let count = out.len().min(self.ready.len() - self.given);
        out[..count].copy_from_slice(&self.ready[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

/// Fails when more than [`LONGEST`] bytes are read between two calls of its mark.
pub struct Guard<R> {
    input: R,
    since: Rc<Cell<usize>>,
}

/// Says that a record is complete.
#[derive(Clone, Debug)]
pub struct Mark(Rc<Cell<usize>>);

impl Mark {
    /// A record is complete.
    pub fn record(&self) {
        self.0.set(0);
    }
}

impl<R: Read> Guard<R> {
    /// Guards a reader.
    pub fn new(input: R) -> (Self, Mark) {
        let since = Rc::new(Cell::new(0));
        (Self { input, since: since.clone() }, Mark(since))
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out)?;
        self.since.set(self.since.get() + read);
        if self.since.get() > LONGEST {
            return Err(io::Error::other("a line is longer than 1 MiB; a quotation mark may be missing before it"));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8]) -> String {
        let mut text = open(bytes).unwrap();
        let mut all = String::new();
        text.whole.read_to_string(&mut all).unwrap();
        assert!(all.as_bytes().starts_with(&text.sample));
        all
    }

    #[test]
    fn marks_are_taken_off_and_utf_16_is_read() {
        let text = "email;prénom\r\na@b.fr;Zoé 𝄞\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read_all(text.as_bytes()), text);
        assert_eq!(read_all(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), text);
        for bytes in
            [little.clone(), [b"\xff\xfe".to_vec(), little].concat(), big.clone(), [b"\xfe\xff".to_vec(), big].concat()]
        {
            assert_eq!(read_all(&bytes), text);
        }
        let long = text.repeat(40_000);
        let bytes: Vec<u8> = "\u{feff}".encode_utf16().chain(long.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(read_all(&bytes), long);
        assert_eq!(decode(b"Zo\xe9"), "Zoé");
        assert_eq!(decode("Zoé".as_bytes()), "Zoé");
    }

    #[test]
    fn an_endless_line_ends_in_an_error() {
        let (mut guard, mark) = Guard::new(io::repeat(b'x'));
        let mut out = vec![0; 600 * 1024];
        guard.read_exact(&mut out).unwrap();
        mark.record();
        guard.read_exact(&mut out).unwrap();
        assert!(guard.read_exact(&mut out).is_err());
    }
}
