//! Bodies that are files.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use portal_domain::document::MediaType;
use sha2::{Digest, Sha256};

use super::json::{BodyDigest, declared_length, essence, too_large, unreadable};
use crate::problem::{Code, Problem};

/// A body of up to so many times what is accepted is read to its end and thrown away: most clients look for the answer only
/// when they have sent everything, and take a connection that is closed before for a fault of the network.
const READ_TO_ITS_END: usize = 4;

/// Memory for files, of all requests together: somebody who sends many at a time, and slowly, is in nobody's way but that of
/// others who send files.
struct Memory {
    most: usize,
    held: AtomicUsize,
}

/// It is the process that runs out of memory, so it is counted for the process.
static MEMORY: Memory = Memory { most: 256 * 1024 * 1024, held: AtomicUsize::new(0) };

/// So many bytes of it; given back when this is dropped.
struct Held<'m> {
    memory: &'m Memory,
    bytes: usize,
}

impl<'m> Held<'m> {
    const fn none(memory: &'m Memory) -> Self {
        Self { memory, bytes: 0 }
    }

    fn more(&mut self, bytes: usize) -> Result<(), Problem> {
        let before = self.memory.held.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if before.saturating_add(bytes) > self.memory.most {
            return Err(Problem::new(Code::overloaded, "too many files are being sent at the moment"));
        }
        Ok(())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.memory.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A file of at most `MAX` bytes, as it came, and what it is said to be.
// No `Debug`: it would print the file.
pub struct Content<const MAX: usize> {
    /// What the request says that it is.
    pub media_type: MediaType,
    /// The bytes.
    pub bytes: web::Bytes,
    /// Their SHA-256.
    pub sha256: Vec<u8>,
    _held: Held<'static>,
}

impl<const MAX: usize> FromRequest for Content<MAX> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let media_type = media_type(&request)?;
            let mut held = Held::none(&MEMORY);
            let (bytes, sha256) = receive(&request, payload, MAX, &mut held).await?;
            request.extensions_mut().insert(BodyDigest(sha256.clone()));
            Ok(Self { media_type, bytes, sha256, _held: held })
        })
    }
}

fn media_type(request: &HttpRequest) -> Result<MediaType, Problem> {
    let stated = essence(request)?;
    let known = MediaType::ALL.iter().copied().find(|known| known.as_str().eq_ignore_ascii_case(stated));
    known.ok_or_else(|| {
        let known: Vec<_> = MediaType::ALL.iter().map(|known| known.as_str()).collect();
        Problem::new(Code::unsupported_media_type, format!("the body must be one of {}", known.join(", ")))
    })
}

/// Reads a body, and hashes it as it comes in: all at once would hold up everybody else on this thread.
async fn receive(
    request: &HttpRequest,
    payload: Payload,
    max: usize,
    held: &mut Held<'_>,
) -> Result<(web::Bytes, Vec<u8>), Problem> {
    let most = max.saturating_mul(READ_TO_ITS_END);
    if declared_length(request).is_some_and(|length| length > most) {
        return Err(too_large(max));
    }
    let mut payload = web::Payload::from_request(request, &mut { payload }).await.map_err(unreadable)?;
    let (mut bytes, mut hasher, mut total) = (web::BytesMut::new(), Sha256::new(), 0_usize);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(unreadable)?;
        total = total.saturating_add(chunk.len());
        if total > most {
            break;
        }
        if total > max {
            bytes = web::BytesMut::new();
            continue;
        }
        held.more(chunk.len())?;
        hasher.update(&chunk);
        bytes.extend_from_slice(&chunk);
    }
    if total > max {
        return Err(too_large(max));
    }
    Ok((bytes.freeze(), hasher.finalize().to_vec()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header;
    use actix_web::test::TestRequest;

    use super::*;

    fn sent(request: TestRequest, body: &'static [u8]) -> Result<Content<8>, Problem> {
        let (request, mut payload) = request.set_payload(body).to_http_parts();
        actix_web::rt::System::new().block_on(Content::<8>::from_request(&request, &mut payload))
    }

    fn as_pdf(body: &'static [u8]) -> Result<Content<8>, Problem> {
        sent(TestRequest::post().insert_header((header::CONTENT_TYPE, "application/pdf")), body)
    }

    #[test]
    fn a_file_is_taken_as_it_is_up_to_the_limit() {
        let taken = as_pdf(b"\x00\xff345678").ok().unwrap();
        assert_eq!((taken.media_type, taken.bytes.to_vec()), (MediaType::Pdf, b"\x00\xff345678".to_vec()));
        assert_eq!(taken.sha256, Sha256::digest(b"\x00\xff345678").to_vec());
        assert!(as_pdf(b"").is_ok_and(|taken| taken.bytes.is_empty()), "the rules refuse it");
        let too_large: [&'static [u8]; 3] = [b"123456789", &[b' '; 32], &[b' '; 33]];
        for body in too_large {
            assert_eq!(as_pdf(body).err().unwrap().code(), Code::payload_too_large, "{}", body.len());
        }
    }

    #[test]
    fn a_length_that_is_far_too_large_is_refused_unread() {
        let request = TestRequest::post().insert_header((header::CONTENT_TYPE, "application/pdf"));
        let request = request.insert_header((header::CONTENT_LENGTH, "33"));
        assert_eq!(sent(request, b"").err().unwrap().code(), Code::payload_too_large);
    }

    #[test]
    fn files_have_so_much_memory_together_and_give_it_back() {
        let memory = Memory { most: 10, held: AtomicUsize::new(0) };
        let (mut one, mut other) = (Held::none(&memory), Held::none(&memory));
        assert!(one.more(4).is_ok() && one.more(2).is_ok() && other.more(4).is_ok());
        assert_eq!(other.more(1).unwrap_err().code(), Code::overloaded);
        drop(other);
        assert!(one.more(4).is_ok());
        assert_eq!(one.more(1).unwrap_err().code(), Code::overloaded);
        drop(one);
        assert_eq!(memory.held.into_inner(), 0);
    }

    #[test]
    fn only_the_media_types_of_documents_are_taken_and_none_encoded() {
        let stating = |value: &'static str| {
            sent(TestRequest::post().insert_header((header::CONTENT_TYPE, value)), b"x")
                .map(|taken| taken.media_type)
        };
        assert_eq!(stating("IMAGE/PNG; x=y").ok(), Some(MediaType::Png));
        for value in [
            "",
            "application/json",
            "application/octet-stream",
            "text/html",
            "image/svg+xml",
            "application/pdfx",
        ] {
            assert_eq!(stating(value).unwrap_err().code(), Code::unsupported_media_type, "{value}");
        }
        let encoded = TestRequest::post()
            .insert_header((header::CONTENT_TYPE, "application/pdf"))
            .insert_header((header::CONTENT_ENCODING, "gzip"));
        assert_eq!(sent(encoded, b"x").err().unwrap().code(), Code::unsupported_media_type);
        assert_eq!(sent(TestRequest::post(), b"x").err().unwrap().code(), Code::unsupported_media_type);
    }
}
