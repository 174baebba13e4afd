//! The files of private keys: one a pair, `DOMAIN.SELECTOR.pem` in `[dkim] keys`, readable by its user alone.
//!
//! In: a folder, a domain, a selector. Out: keys. A folder that is missing is made (mode 700); a file is made once (mode 600), never
//! written over.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::key::PrivateKey;

/// Where the pair lies. Domain and selector are names of DNS: no path leads out of the folder.
pub fn path(folder: &str, domain: &str, selector: &str) -> PathBuf {
    Path::new(folder).join(format!("{domain}.{selector}.pem"))
}

/// Writes the pair to the disk.
///
/// # Errors
/// When there is such a file, or it cannot be written.
pub fn write(folder: &str, domain: &str, selector: &str, keys: &[PrivateKey]) -> anyhow::Result<PathBuf> {
    let pem = keys.iter().map(PrivateKey::to_pem).collect::<anyhow::Result<String>>()?;
    make_folder(Path::new(folder)).with_context(|| format!("the folder of DKIM keys, {folder}, cannot be made"))?;
    let path = path(folder, domain, selector);
    let put = || -> std::io::Result<()> {
        let mut file = private().open(&path)?;
        file.write_all(pem.as_bytes())?;
        belong_to_owner_of(Path::new(folder), &file)?;
        file.sync_all()
    };
    put().with_context(|| format!("the key file {} cannot be written", path.display()))?;
    Ok(path)
}

/// Reads the pair.
///
/// # Errors
/// When the file is missing or unreadable, or holds no keys.
pub fn read(folder: &str, domain: &str, selector: &str) -> anyhow::Result<Vec<PrivateKey>> {
    let path = path(folder, domain, selector);
    let shown = path.display();
    let pem = std::fs::read(&path).with_context(|| format!("the DKIM key file {shown} cannot be read"))?;
    PrivateKey::all_from_pem(&pem).with_context(|| format!("the DKIM key file {shown}"))
}

/// Deletes the pair; one that is gone already is no fault.
///
/// # Errors
/// When the file stays.
pub fn delete(folder: &str, domain: &str, selector: &str) -> anyhow::Result<()> {
    let path = path(folder, domain, selector);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("the key file {} cannot be deleted", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn private() -> std::fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    options
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// What root makes is of use to the service only if it belongs to whoever has the folder.
#[cfg(unix)]
fn belong_to_owner_of(folder: &Path, file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let (owner, own) = (std::fs::metadata(folder)?, file.metadata()?);
    if own.uid() == 0 && owner.uid() != 0 {
        std::os::unix::fs::fchown(file, Some(owner.uid()), Some(owner.gid()))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn belong_to_owner_of(_folder: &Path, _file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::key::Algorithm;
    use super::*;

    #[test]
    fn a_pair_is_kept_private_and_never_written_over() {
        let beside = tempfile::tempdir().unwrap();
        let folder = beside.path().join("dkim").display().to_string();
        let keys = [PrivateKey::generate(Algorithm::Ed25519).unwrap()];
        let path = write(&folder, "example.org", "s", &keys).unwrap();
        assert!(path.ends_with("example.org.s.pem"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(Path::new(&folder))), (0o600, 0o700));
        }
        assert!(write(&folder, "example.org", "s", &keys).is_err(), "never written over");
        let read_back = read(&folder, "example.org", "s").unwrap();
        assert_eq!(read_back[0].public().unwrap(), keys[0].public().unwrap());
        delete(&folder, "example.org", "s").unwrap();
        delete(&folder, "example.org", "s").unwrap();
        assert!(format!("{:#}", read(&folder, "example.org", "s").unwrap_err()).contains("example.org.s.pem"));
    }
}
