//! Request bodies that are files, and the memory that files in transfer may use in both directions.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use portal_domain::applications::document::{MAX_BYTES, MediaType};
use portal_domain::ground::id::UserId;
use sha2::{Digest, Sha256};

use super::json::{BodyDigest, declared_length, essence, too_large, unreadable};
use crate::http::problem::{Code, Problem};
use crate::portal::tokens::Claims;

/// A body of up to this many times the accepted size is read to its end and discarded. Most clients
/// read the response only after sending everything, and report an early close as a network error.
const READ_TO_ITS_END: usize = 4;

/// The memory that all requests together may use for files. Each user has a share, so that many or
/// slow transfers of one user do not block the others.
struct Memory {
    /// The maximum for all users together, in bytes.
    most: usize,
    /// The maximum for one user, in bytes.
    most_of_one: usize,
    taken: Mutex<Taken>,
}

struct Taken {
    /// The bytes received or loaded, for all users together.
    all: usize,
    /// The bytes announced, by user. Users without any have no entry.
    by: BTreeMap<UserId, usize>,
}

/// Counted per process, because it is the process that runs out of memory. A user's share has room
/// for two files of the maximum size and many small ones.
static MEMORY: Memory = Memory::new(256 * 1024 * 1024, 2 * MAX_BYTES + 1024 * 1024);

impl Memory {
    const fn new(most: usize, most_of_one: usize) -> Self {
        Self { most, most_of_one, taken: Mutex::new(Taken { all: 0, by: BTreeMap::new() }) }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number of bytes of [`Memory`], released on drop.
struct Held<'m> {
    memory: &'m Memory,
    /// The user whose share is used; `None` if no user is signed in, which the guard refuses.
    person: Option<UserId>,
    bytes: usize,
    share: usize,
}

impl<'m> Held<'m> {
    const fn none(memory: &'m Memory, person: Option<UserId>) -> Self {
        Self { memory, person, bytes: 0, share: 0 }
    }

    /// Increases the use of the user's share to `bytes` in total.
    fn claim(&mut self, bytes: usize) -> Result<(), Problem> {
        let more = bytes.saturating_sub(self.share);
        let Some(person) = self.person.filter(|_| more > 0) else { return Ok(()) };
        let mut taken = self.memory.taken();
        let share = taken.by.get(&person).copied().unwrap_or_default().saturating_add(more);
        if share > self.memory.most_of_one {
            let text = "you have too many file transfers in progress";
            return Err(Problem::new(Code::too_many_requests, text).retry_after(1));
        }
        taken.by.insert(person, share);
        self.share = bytes;
        Ok(())
    }

    /// Increases the memory held by `bytes`.
    fn more(&mut self, bytes: usize) -> Result<(), Problem> {
        let mut taken = self.memory.taken();
        let all = taken.all.saturating_add(bytes);
        if all > self.memory.most {
            return Err(Problem::new(Code::overloaded, "the server has too many file transfers in progress"));
        }
        taken.all = all;
        self.bytes = self.bytes.saturating_add(bytes);
        Ok(())
    }

    fn give_back(&mut self) {
        let mut taken = self.memory.taken();
        taken.all = taken.all.saturating_sub(self.bytes);
        if let Some(person) = self.person {
            let share = taken.by.get(&person).copied().unwrap_or_default().saturating_sub(self.share);
            match share {
                0 => taken.by.remove(&person),
                _ => taken.by.insert(person, share),
            };
        }
        (self.bytes, self.share) = (0, 0);
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Memory reserved for an outgoing file.
pub struct Room(Held<'static>);

/// An outgoing file, and the memory that it uses.
struct Outgoing {
    file: Vec<u8>,
    _held: Held<'static>,
}

impl AsRef<[u8]> for Outgoing {
    fn as_ref(&self) -> &[u8] {
        &self.file
    }
}

impl Room {
    /// The file, which keeps its memory reserved until its last slice is dropped.
    #[must_use]
    pub fn filled(self, file: Vec<u8>) -> web::Bytes {
        web::Bytes::from_owner(Outgoing { file, _held: self.0 })
    }
}

/// An uploaded file of at most `MAX` bytes, with its declared media type.
// No `Debug`: it would print the file.
pub struct Content<const MAX: usize> {
    /// The media type that the request declares.
    pub media_type: MediaType,
    /// The bytes.
    pub bytes: web::Bytes,
    /// The SHA-256 of the bytes.
    pub sha256: Vec<u8>,
    _held: Held<'static>,
}

impl<const MAX: usize> Content<MAX> {
    /// Reserves memory for a file of `bytes` bytes that is sent to this user. Call it before
    /// loading the file.
    pub fn room(person: UserId, bytes: u64) -> Result<Room, Problem> {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut held = Held::none(&MEMORY, Some(person));
        held.claim(bytes)?;
        held.more(bytes)?;
        Ok(Room(held))
    }
}

impl<const MAX: usize> FromRequest for Content<MAX> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let media_type = media_type(&request)?;
            let mut held = Held::none(&MEMORY, person(&request));
            let (bytes, sha256) = receive(&request, payload, MAX, &mut held).await?;
            request.extensions_mut().insert(BodyDigest(sha256.clone()));
            Ok(Self { media_type, bytes, sha256, _held: held })
        })
    }
}

/// The user that the access token names. The guard comes first, and refuses requests without a
/// valid session.
fn person(request: &HttpRequest) -> Option<UserId> {
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
    held: &mut Held<'_>,
) -> Result<(web::Bytes, Vec<u8>), Problem> {
    let most = max.saturating_mul(READ_TO_ITS_END);
    let declared = declared_length(request).unwrap_or_default();
    if declared > most {
        return Err(too_large(max));
    }
    // A body that exceeds the user's share is read to its end, too.
    let mut room = held.claim(declared.min(max));
    let mut payload = web::Payload::from_request(request, &mut { payload }).await.map_err(unreadable)?;
    let (mut bytes, mut hasher, mut total) = (web::BytesMut::new(), Sha256::new(), 0_usize);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(unreadable)?;
        total = total.saturating_add(chunk.len());
        if total > most {
            break;
        }
        if total <= max && room.is_ok() {
            room = held.claim(total).and_then(|()| held.more(chunk.len()));
        }
        if total > max || room.is_err() {
            bytes = web::BytesMut::new();
            held.give_back();
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

    fn sent(request: TestRequest, body: &'static [u8]) -> Result<Content<8>, Problem> {
        let (request, mut payload) = request.set_payload(body).to_http_parts();
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
        let request = TestRequest::post().insert_header((header::CONTENT_TYPE, "application/pdf"));
        // Set after the payload, which sets its own length.
        let request = request.set_payload(b"".as_slice()).insert_header((header::CONTENT_LENGTH, "33"));
        let (request, mut payload) = request.to_http_parts();
        let system = actix_web::rt::System::new();
        let refused = system.block_on(Content::<8>::from_request(&request, &mut payload)).err().unwrap();
        assert_eq!(refused.code(), Code::payload_too_large);
    }

    fn user(n: u8) -> UserId {
        UserId::new(0, [n; 10])
    }

    #[test]
    fn file_transfers_share_a_memory_limit_and_release_their_memory() {
        let memory = Memory::new(10, 100);
        let (mut one, mut other) = (Held::none(&memory, Some(user(1))), Held::none(&memory, None));
        assert!(one.more(4).is_ok() && one.more(2).is_ok() && other.more(4).is_ok());
        assert_eq!(other.more(1).unwrap_err().code(), Code::overloaded);
        drop(other);
        assert!(one.more(4).is_ok());
        assert_eq!(one.more(1).unwrap_err().code(), Code::overloaded);
        drop(one);
        assert_eq!(memory.taken().all, 0);
    }

    #[test]
    fn each_user_has_a_limited_share_of_the_transfer_memory() {
        let memory = Memory::new(100, 20);
        let held = |n: u8| Held::none(&memory, Some(user(n)));
        let (mut first, mut second, mut third, mut others) = (held(1), held(1), held(1), held(2));
        assert!(first.claim(10).is_ok() && second.claim(9).is_ok());
        assert_eq!(third.claim(2).unwrap_err().code(), Code::too_many_requests);
        assert!(third.claim(1).is_ok() && others.claim(20).is_ok());
        assert!(first.claim(10).is_ok() && first.claim(3).is_ok(), "already claimed");
        assert_eq!(first.claim(11).unwrap_err().code(), Code::too_many_requests);
        drop(second);
        assert!(first.claim(19).is_ok());
        first.give_back();
        drop((first, third, others));
        assert!(memory.taken().by.is_empty());
        assert_eq!(memory.taken().all, 0);
    }

    #[test]
    fn a_download_holds_its_memory_until_the_last_slice_is_dropped() {
        let downloader = user(77);
        let share = || MEMORY.taken().by.get(&downloader).copied();
        assert!(Content::<8>::room(downloader, 2 * u64::try_from(MAX_BYTES).unwrap()).is_ok());
        assert_eq!(share(), None, "unused memory is released");
        let room = |bytes: u64| Content::<8>::room(downloader, bytes);
        let mut file = room(5).ok().unwrap().filled(b"12345".to_vec());
        let slice = file.split_to(2);
        drop(file);
        assert_eq!((slice.as_ref(), share()), (b"12".as_slice(), Some(5)));
        assert_eq!(room(u64::MAX).err().unwrap().code(), Code::too_many_requests);
        drop(slice);
        assert_eq!(share(), None);
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
