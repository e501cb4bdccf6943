//! Request bodies that are files.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use portal_domain::applications::document::MediaType;
use portal_domain::ground::id::UserId;
use sha2::{Digest, Sha256};

use super::json::{BodyDigest, declared_length, essence, too_large, unreadable};
use crate::http::problem::{Code, Problem};
use crate::portal::tokens::Claims;
use crate::portal::transfer_memory::{Reservation, TransferMemory};

/// A body of up to this many times the accepted size is read to its end and discarded. Most clients
/// read the response only after sending everything, and report an early close as a network error.
const READ_TO_ITS_END: usize = 4;

/// An uploaded file of at most `MAX` bytes, with its declared media type.
// No `Debug`: it would print the file.
pub struct Content<const MAX: usize> {
    /// The media type that the request declares.
    pub media_type: MediaType,
    /// The bytes.
    pub bytes: web::Bytes,
    /// The SHA-256 of the bytes.
    pub sha256: Vec<u8>,
    _reservation: Reservation,
}

impl<const MAX: usize> FromRequest for Content<MAX> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let media_type = media_type(&request)?;
            let mut reservation = Reservation::none(memory(&request)?, user(&request));
            let (bytes, sha256) = receive(&request, payload, MAX, &mut reservation).await?;
            request.extensions_mut().insert(BodyDigest(sha256.clone()));
            Ok(Self { media_type, bytes, sha256, _reservation: reservation })
        })
    }
}

fn memory(request: &HttpRequest) -> Result<Arc<TransferMemory>, Problem> {
    let memory = request.app_data::<web::Data<TransferMemory>>();
    memory
        .map(|memory| Arc::clone(memory))
        .ok_or_else(|| Problem::new(Code::internal_error, "the server is not configured correctly"))
}

/// The user that the access token names. The guard comes first, and refuses requests without a
/// valid session.
fn user(request: &HttpRequest) -> Option<UserId> {
    let extensions = request.extensions();
    let claims = extensions.get::<Result<Claims, Problem>>()?.as_ref().ok()?;
    Some(claims.sub)
}

fn media_type(request: &HttpRequest) -> Result<MediaType, Problem> {
    let stated = essence(request)?;
    let known = MediaType::ALL.iter().copied().find(|known| known.as_str().eq_ignore_ascii_case(stated));
    known.ok_or_else(|| {
        let known: Vec<_> = MediaType::ALL.iter().map(|known| known.as_str()).collect();
        Problem::new(Code::unsupported_media_type, format!("the body must be one of {}", known.join(", ")))
    })
}

/// Reads a body and hashes it chunk by chunk, because hashing it at once would block the thread.
/// The announced length is claimed from the user's share at the start. Otherwise, many slow uploads
/// would all be admitted first, and most would be refused halfway.
async fn receive(
    request: &HttpRequest,
    payload: Payload,
    max: usize,
    reservation: &mut Reservation,
) -> Result<(web::Bytes, Vec<u8>), Problem> {
    let most = max.saturating_mul(READ_TO_ITS_END);
    let declared = declared_length(request).unwrap_or_default();
    if declared > most {
        return Err(too_large(max));
    }
    // A body that exceeds the user's share is read to its end, too.
    let mut room = reservation.claim(declared.min(max));
    let mut payload = web::Payload::from_request(request, &mut { payload }).await.map_err(unreadable)?;
    let (mut bytes, mut hasher, mut total) = (web::BytesMut::new(), Sha256::new(), 0_usize);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(unreadable)?;
        total = total.saturating_add(chunk.len());
        if total > most {
            break;
        }
        if total <= max && room.is_ok() {
            room = reservation.claim(total).and_then(|()| reservation.more(chunk.len()));
        }
        if total > max || room.is_err() {
            bytes = web::BytesMut::new();
            reservation.release();
            continue;
        }
        hasher.update(&chunk);
        bytes.extend_from_slice(&chunk);
    }
    if total > max {
        return Err(too_large(max));
    }
    room?;
    Ok((bytes.freeze(), hasher.finalize().to_vec()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header;
    use actix_web::test::TestRequest;

    use super::*;

    fn memory() -> web::Data<TransferMemory> {
        web::Data::new(TransferMemory::new(100, 100))
    }

    fn sent(request: TestRequest, body: &'static [u8]) -> Result<Content<8>, Problem> {
        let (request, mut payload) = request.app_data(memory()).set_payload(body).to_http_parts();
        actix_web::rt::System::new().block_on(Content::<8>::from_request(&request, &mut payload))
    }

    fn as_pdf(body: &'static [u8]) -> Result<Content<8>, Problem> {
        sent(TestRequest::post().insert_header((header::CONTENT_TYPE, "application/pdf")), body)
    }

    #[test]
    fn a_file_up_to_the_size_limit_is_accepted_unchanged() {
        let accepted = as_pdf(b"\x00\xff345678").ok().unwrap();
        assert_eq!(
            (accepted.media_type, accepted.bytes.to_vec()),
            (MediaType::Pdf, b"\x00\xff345678".to_vec())
        );
        assert_eq!(accepted.sha256, Sha256::digest(b"\x00\xff345678").to_vec());
        assert!(
            as_pdf(b"").is_ok_and(|accepted| accepted.bytes.is_empty()),
            "the domain rules refuse it later"
        );
        let too_large: [&'static [u8]; 3] = [b"123456789", &[b' '; 32], &[b' '; 33]];
        for body in too_large {
            assert_eq!(as_pdf(body).err().unwrap().code(), Code::payload_too_large, "{}", body.len());
        }
    }

    #[test]
    fn a_content_length_far_above_the_limit_is_refused_without_reading_the_body() {
        let request =
            TestRequest::post().app_data(memory()).insert_header((header::CONTENT_TYPE, "application/pdf"));
        // Set after the payload, which sets its own length.
        let request = request.set_payload(b"".as_slice()).insert_header((header::CONTENT_LENGTH, "33"));
        let (request, mut payload) = request.to_http_parts();
        let system = actix_web::rt::System::new();
        let refused = system.block_on(Content::<8>::from_request(&request, &mut payload)).err().unwrap();
        assert_eq!(refused.code(), Code::payload_too_large);
    }

    #[test]
    fn only_media_types_of_documents_without_content_encoding_are_accepted() {
        let with_content_type = |value: &'static str| {
            sent(TestRequest::post().insert_header((header::CONTENT_TYPE, value)), b"x")
                .map(|accepted| accepted.media_type)
        };
        assert_eq!(with_content_type("IMAGE/PNG; x=y").ok(), Some(MediaType::Png));
        for value in [
            "",
            "application/json",
            "application/octet-stream",
            "text/html",
            "image/svg+xml",
            "application/pdfx",
        ] {
            assert_eq!(with_content_type(value).unwrap_err().code(), Code::unsupported_media_type, "{value}");
        }
        let encoded = TestRequest::post()
            .insert_header((header::CONTENT_TYPE, "application/pdf"))
            .insert_header((header::CONTENT_ENCODING, "gzip"));
        assert_eq!(sent(encoded, b"x").err().unwrap().code(), Code::unsupported_media_type);
        assert_eq!(sent(TestRequest::post(), b"x").err().unwrap().code(), Code::unsupported_media_type);
    }
}
