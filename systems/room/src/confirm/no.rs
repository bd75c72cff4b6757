//! Why the administrator is refused.

use kernel::prelude::*;

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "Nothing is asked under this number.", "그런 승인 요청이 없습니다.";
        UnknownStatus = 400 "unknown-status" at "status":
            "The status must be CONFIRMED or DENIED.", "상태는 CONFIRMED 또는 DENIED여야 합니다.";
        Decided = 409 "already-decided" at "status":
            "This is decided already, and stays so until the booking changes.",
            "이미 처리된 승인 요청입니다. 예약이 변경되기 전에는 바꿀 수 없습니다.";
        UnderWay = 409 "under-way" after 1:
            "The booking is being denied. Wait for the answer, then try again.",
            "예약을 거절하는 중입니다. 응답을 기다린 뒤 다시 시도하세요.";
        BookingSilent = 503 "booking-unavailable":
            "Booking does not answer. The booking may still be denied; look again in a moment.",
            "예약 서비스가 응답하지 않습니다. 예약이 거절될 수도 있으니 잠시 후 다시 확인하세요.";
    }
}
