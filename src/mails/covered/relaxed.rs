//! The relaxed form of a body (RFC 6376 section 3.4.4), piece by piece: blanks become one, those at the end of a line go, and so do
//! empty lines at the end.
//!
//! In: bytes, however they are cut. Out: canonical bytes; what a blank or a line break becomes is known when the next byte comes.

/// Blanks and line breaks.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// What was read and has not been written yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Relaxed {
    /// Line breaks: the last ones of a body count as one.
    lines: usize,
    /// A blank in the line that follows them.
    blank: bool,
    /// A CR, which may be half of a line break.
    cr: bool,
    /// Something was written.
    some: bool,
}

impl Relaxed {
    /// One byte.
    pub(super) fn byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        if byte == b'\n' && self.cr {
            (self.cr, self.blank) = (false, false);
            self.lines += 1;
            return;
        }
        match byte {
            b'\r' => {
                self.lone_cr(out);
                self.cr = true;
            }
            b' ' | b'\t' => {
                self.lone_cr(out);
                self.blank = true;
            }
            _ => self.core(&[byte], out),
        }
    }

    /// Bytes as they are.
    pub(super) fn bytes(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            self.byte(byte, out);
        }
    }

    /// A value that fills a hole: most have no blank.
    pub(super) fn value(&mut self, value: &[u8], out: &mut Vec<u8>) {
        if value.iter().any(|&byte| is_blank(byte)) { self.bytes(value, out) } else { self.core(value, out) }
    }

    /// What comes before bytes that are canonical already, and neither begin nor end with a blank or a line break.
    pub(super) fn before_core(&mut self, out: &mut Vec<u8>) {
        self.lone_cr(out);
        self.write(b"", out);
    }

    fn core(&mut self, core: &[u8], out: &mut Vec<u8>) {
        if !core.is_empty() {
            self.before_core(out);
            out.extend_from_slice(core);
        }
    }

    /// The body ends here.
    pub(super) fn end(mut self, out: &mut Vec<u8>) {
        self.lone_cr(out);
        if self.some {
            out.extend_from_slice(b"\r\n");
        }
    }

    fn lone_cr(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.cr) {
            self.write(b"\r", out);
        }
    }

    fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for _ in 0..std::mem::take(&mut self.lines) {
            out.extend_from_slice(b"\r\n");
        }
        if std::mem::take(&mut self.blank) {
            out.push(b' ');
        }
        out.extend_from_slice(bytes);
        self.some = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relaxed(body: &str) -> String {
        let (mut state, mut out) = (Relaxed::default(), Vec::new());
        state.bytes(body.as_bytes(), &mut out);
        state.end(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn as_the_rfc_says() {
        assert_eq!(relaxed(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n", "section 3.4.5");
        assert_eq!(relaxed(""), "");
        assert_eq!(relaxed("\r\n \r\n\t\r\n"), "");
        assert_eq!(relaxed("a"), "a\r\n");
        assert_eq!(relaxed("\r\n\r\n a  b \r\n \r\nc"), "\r\n\r\n a b\r\n\r\nc\r\n");
        assert_eq!(relaxed("a\rb\nc \r d\r\n"), "a\rb\nc \r d\r\n", "no line breaks");
    }

    #[test]
    fn wherever_it_is_cut() {
        let body = " a \t b\r\n\r\n \t\r\nc  \r\n=\r\n d\r\n\r\n";
        let whole = relaxed(body);
        for at in 0..=body.len() {
            let (mut state, mut out) = (Relaxed::default(), Vec::new());
            state.bytes(&body.as_bytes()[..at], &mut out);
            state.value(b"", &mut out);
            state.bytes(&body.as_bytes()[at..], &mut out);
            state.end(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), whole, "cut at {at}");
        }
    }
}
