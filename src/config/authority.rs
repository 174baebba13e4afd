//! Certificate authorities that an owner trusts besides the system's: a PEM file that a `…_ca_file` key names.
//!
//! In: a path. Out: certificates. Met by [`super::check`] before anything starts, by SMTP and by the reading of feeds.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::wrong::{Unusable, Wrong};

/// The certificates in the PEM file at `path`; none for an empty path.
///
/// # Errors
/// When the file cannot be read, or holds no certificate.
pub fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let found = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let path = path.to_owned();
    match found {
        Ok(found) if found.is_empty() => Err(Unusable(Wrong::NoCertificate { path })),
        Ok(found) => Ok(found),
        Err(error) => Err(Unusable(Wrong::NoPem { path, error: error.to_string() })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_certificates_or_says_why_not() {
        assert_eq!(certificates("").unwrap(), Vec::new());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let name = path.to_str().unwrap();
        assert!(format!("{:#}", certificates(name).unwrap_err()).contains(name));
        for empty in ["", "no certificate\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            std::fs::write(&path, empty).unwrap();
            assert!(certificates(name).unwrap_err().to_string().contains("holds no certificate"), "{empty}");
        }
        let key = rcgen::KeyPair::generate().unwrap();
        let made = rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
        std::fs::write(&path, format!("a comment\n{}{}", made.pem(), made.pem())).unwrap();
        assert_eq!(certificates(name).unwrap().len(), 2);
    }
}
