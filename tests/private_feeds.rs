//! A blog whose certificate is signed by an authority of its owner's: `[feeds] tls_ca_file`.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

use crate::harness::TestApp;
use crate::harness::feeds::{Item, Page};
use crate::harness::smtp::tls::{Authority, Certificate};

/// Serves one feed over TLS, as long as the test runs; gives its address.
async fn serve(config: Arc<rustls::ServerConfig>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/feed.xml", listener.local_addr().unwrap().port());
    let body = Page::rss("Blog", &[Item::new("un", "Un", TestApp::BEGINNING)]).body;
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(config);
        while let Ok((tcp, _)) = listener.accept().await {
            let Ok(mut tls) = acceptor.accept(tcp).await else { continue };
            let mut asked = Vec::new();
            while !asked.ends_with(b"\r\n\r\n") && tls.read_buf(&mut asked).await.is_ok_and(|read| read > 0) {}
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            tls.write_all(head.as_bytes()).await.ok();
            tls.write_all(&body).await.ok();
            tls.shutdown().await.ok();
        }
    });
    url
}

#[tokio::test]
async fn a_blog_with_an_authority_of_its_own_is_read_when_the_owner_names_it() {
    let (authority, other) = (Authority::new(), Authority::new());
    let folder = crate::harness::folder();
    let pem = |name: &str, authority: &Authority| {
        let path = folder.path().join(name);
        std::fs::write(&path, authority.pem()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (ours, theirs) = (pem("ours.pem", &authority), pem("theirs.pem", &other));
    let good = serve(authority.server(Certificate::Good)).await;
    for (file, certificate, reads) in [
        (ours.as_str(), Certificate::Good, true),
        ("", Certificate::Good, false),
        (theirs.as_str(), Certificate::Good, false),
        (ours.as_str(), Certificate::WrongName, false),
        (ours.as_str(), Certificate::Expired, false),
    ] {
        let url =
            if certificate == Certificate::Good { good.clone() } else { serve(authority.server(certificate)).await };
        let builder = TestApp::builder().set("feeds.tls_ca_file", file).set("feeds.allow_hosts", vec!["localhost"]);
        let app = builder.stopped().spawn().await;
        let check = app.cli(&["feed", "check", &url]).await;
        if reads {
            assert!(check.ok().contains("Blog (RSS, 1 entry)"), "{}", check.stdout);
        } else {
            let said = check.fails(3);
            assert!(said.contains("certificate") && !said.contains("nowhere"), "{file} {certificate:?}: {said}");
        }
    }
}

#[tokio::test]
async fn a_file_that_holds_no_authority_is_a_fault_of_the_configuration() {
    let app = TestApp::builder().stopped().spawn().await;
    let file = app.folder().join("ca.pem");
    std::fs::write(&file, "nothing\n").unwrap();
    for (path, words) in [(file.to_str().unwrap(), "holds no certificate"), ("/nowhere/ca.pem", "cannot be read")] {
        for section in ["FEEDS", "SMTP"] {
            let mut command = app.command(&["config", "check"]);
            command.env(format!("FACTEUR_{section}__TLS_CA_FILE"), path);
            let output = command.output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(3), "{said}");
            let key = format!("{}.tls_ca_file", section.to_lowercase());
            assert!(said.contains(&key) && said.contains(path) && said.contains(words), "{said}");
        }
    }
}
