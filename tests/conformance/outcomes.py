"""What becomes of each public sample when it is uploaded to a practice that bills and is paid under its providers.

Checked by hand, a line a file and a word a transaction: the state; for `processed` how many claims were created, for
`posted_with_held` how many claims are held, for `rejected` the findings that say why. No practice has the claims that
the 835 files pay, so every claim of a payment in balance is held.
"""

from collections.abc import Mapping
from typing import Final

_NO_CODES: Final = "rejected health_code_incomplete segment_count_wrong"

OUTCOMES: Final[Mapping[str, list[str]]] = {
    # Eligibility and claim status are kept and not processed; 277 here is X212, no acknowledgement.
    "270/LinuxForHealth+x12/demo-single-line.270": ["unsupported_set"],
    "270/LinuxForHealth+x12/dependent-health-benefit-check.270": ["unsupported_set"],
    "270/imsweb+x12-parser/x270.txt": ["unsupported_set"],
    "271/AlexJReid+scribe/stroke_eligibility_271.edi": ["unsupported_set"],
    "271/imsweb+x12-parser/x271.txt": ["unsupported_set"],
    "271/jdavisp3+TigerShark/271-dependent-benefits.txt": ["unsupported_set"],
    "271/jdavisp3+TigerShark/271-example-2.txt": ["unsupported_set"],
    "271/jdavisp3+TigerShark/271-example.txt": ["unsupported_set"],
    "276/LinuxForHealth+x12/claim-level-status-ncpdp.276": ["unsupported_set"],
    "276/LinuxForHealth+x12/claim-level-status.276": ["unsupported_set"],
    "276/LinuxForHealth+x12/demo.276": ["unsupported_set"],
    "276/jdavisp3+TigerShark/TEST_276_TXNs.txt": [
        "unsupported_set",
        "unsupported_set",
        "unsupported_set",
        "unsupported_set",
        "unsupported_set",
    ],
    "277/LinuxForHealth+x12/demo.277": ["unsupported_set"],
    "277/LinuxForHealth+x12/information-receiver-level-status.277": ["unsupported_set"],
    "277/LinuxForHealth+x12/provider-level-status.277": ["unsupported_set"],
    "277/imsweb+x12-parser/x12_277_x212.txt": ["unsupported_set"],
    "835/AlexJReid+scribe/sample_835.edi": ["posted_with_held 1"],
    "835/AlexJReid+scribe/sample_835_multi_claim.edi": ["posted_with_held 2"],
    "835/AlexJReid+scribe/stroke_facility_835.edi": ["posted_with_held 1"],
    "835/AlexJReid+scribe/stroke_neurology_835.edi": ["posted_with_held 1"],
    "835/AlexJReid+scribe/stroke_rehab_835.edi": ["posted_with_held 1"],
    "835/CHS-CDS-AIML+edi-835-parser/emedny_sample.txt": ["posted_with_held 3"],
    "835/LinuxForHealth+x12/demo.835": ["posted_with_held 2"],
    "835/LinuxForHealth+x12/managed-care.835": ["posted_with_held 2"],
    "835/LinuxForHealth+x12/secondary-payment.835": ["posted_with_held 2"],
    "835/LinuxForHealth+x12/tertiary-payment.835": ["posted_with_held 1"],
    # Their BPR02 is not what their claims and PLB come to; the second transaction of the first one is in balance.
    "835/jdavisp3+TigerShark/835-example-2.txt": ["queued", "posted_with_held 1"],
    "835/jdavisp3+TigerShark/835-example.txt": ["queued"],
    # Without loop 2010BB there is no payer.
    "837I/AlexJReid+scribe/sample_837i_revenue_line.edi": ["rejected payer_missing"],
    "837I/LinuxForHealth+x12/automobile-accident.837": ["processed 1"],
    "837I/LinuxForHealth+x12/demo.837i": ["processed 1"],
    "837I/LinuxForHealth+x12/institutional-ppo-repriced.837": ["processed 1"],
    "837I/LinuxForHealth+x12/institutional.837": ["processed 1"],
    # HI holds `>` or `*` where its ISA16 declares another component separator.
    "837I/LinuxForHealth+x12/out-of-network-repriced-claim.837i": ["rejected health_code_incomplete"],
    "837I/azoner+pyx12/x12testdata.py__ele.txt": ["processed 1"],
    "837I/azoner+pyx12/x12testdata.py__ordinal.txt": ["processed 1"],
    "837I/imsweb+x12-parser/x223-test.txt": ["processed 1"],
    # The first transaction has no SE: its last claim may have lost lines.
    "837I/jdavisp3+TigerShark/837I-Examples.txt": [
        "rejected transaction_cut_off transaction_trailer_missing",
        "processed 1",
    ],
    "837I/jdavisp3+TigerShark/837I-Patient-NotSubscriber.txt": ["processed 1"],
    "837I/jdavisp3+TigerShark/837I-Patient-NotSubscriber2.txt": ["processed 1"],
    # Without loop 2010BB there is no payer.
    "837P/AlexJReid+scribe/sample_837.edi": ["rejected payer_missing"],
    "837P/AlexJReid+scribe/sample_837_billing_provider_switch.edi": ["rejected payer_missing service_lines_missing"],
    "837P/AlexJReid+scribe/stroke_facility_837.edi": ["rejected payer_missing"],
    "837P/AlexJReid+scribe/stroke_neurology_837.edi": ["rejected payer_missing"],
    "837P/AlexJReid+scribe/stroke_rehab_837.edi": ["rejected payer_missing"],
    "837P/LinuxForHealth+x12/demo.cob.example3.A.837": ["processed 1"],
    "837P/LinuxForHealth+x12/demo.cob.example3.B.837": ["processed 1"],
    "837P/LinuxForHealth+x12/demo.drug.example10.1.837": ["processed 1"],
    "837P/LinuxForHealth+x12/demo.drug.example10.2.837": ["processed 1"],
    "837P/LinuxForHealth+x12/demo.drug.example10.3.837": ["processed 1"],
    "837P/LinuxForHealth+x12/demo.example1.837": ["processed 1"],
    # HI and SV107 hold `>` where ISA16 declares `:`.
    "837P/LinuxForHealth+x12/demo.example11.837": ["rejected health_code_incomplete pointer_unreadable"],
    "837P/LinuxForHealth+x12/demo.example12.837": ["rejected health_code_incomplete"],
    "837P/LinuxForHealth+x12/demo.example7.837": ["processed 1"],
    "837P/LinuxForHealth+x12/demo.example9.837": ["rejected health_code_incomplete pointer_unreadable"],
    "837P/LinuxForHealth+x12/dependent-commercial-insurance-01.837": ["processed 1"],
    "837P/LinuxForHealth+x12/dependent-commercial-insurance-03.837": ["processed 1"],
    "837P/azoner+pyx12/x12testdata.py__simple1.txt": ["rejected claims_missing no_claims"],
    "837P/azoner+pyx12/x12testdata.py__simple_837p.txt": ["processed 2"],
    "837P/gunajii+EDI-parser-and-validator/valid_837.edi": ["processed 1"],
    # HI holds `*` where ISA16 declares `:`.
    "837P/imsweb+x12-parser/x12_complex.txt": [
        _NO_CODES,
        _NO_CODES,
    ],
    "837P/imsweb+x12-parser/x12_many_claims.txt": [_NO_CODES],
    "837P/imsweb+x12-parser/x12_multiple_gs.txt": [
        _NO_CODES,
        _NO_CODES,
        _NO_CODES,
    ],
    "837P/imsweb+x12-parser/x12_multiple_st.txt": [_NO_CODES, f"{_NO_CODES} transaction_control_duplicate"],
    "837P/rohanrkamath+KW-X12-Parser/edi_sample_25_claims.txt": ["processed 15"],
    "837P/xlate+staedi/sample837-small.edi": ["rejected claims_missing no_claims", "rejected claims_missing no_claims"],
    # Answers to groups that the practice never sent.
    "999/azoner+pyx12/834_lui_id_5010.999.txt": ["queued", "queued", "queued", "queued"],
    "999/imsweb+x12-parser/x12_999_accepted.txt": ["queued"],
    "999/xlate+staedi/simple999.edi": ["queued"],
    # No ISA: the file is kept and holds nothing that can be read.
    "malformed/835/CHS-CDS-AIML+edi-835-parser/blue_cross_nc_sample.txt": [],
    "malformed/837I/azoner+pyx12/x12testdata.py__blank1.txt": ["processed 1"],
    "malformed/837I/azoner+pyx12/x12testdata.py__trailer_errors.txt": ["processed 1", "processed 1"],
    "malformed/837I/azoner+pyx12/x12testdata.py__trailing_terms.txt": ["processed 1"],
    "malformed/837P/azoner+pyx12/x12testdata.py__elements.txt": ["rejected date_unreadable segment_count_wrong"],
    "malformed/837P/gunajii+EDI-parser-and-validator/invalid_837.edi": [
        "rejected claims_missing no_claims segment_count_wrong"
    ],
    "malformed/837P/imsweb+x12-parser/x12_bad_first_line.txt": [_NO_CODES],
    "malformed/837P/imsweb+x12-parser/x12_loop_errors1_exceeds_max_1_parent.txt": [_NO_CODES],
    "malformed/837P/imsweb+x12-parser/x12_missing_required_loop_in_one_repeat.txt": [
        "rejected health_code_incomplete segment_count_wrong subscriber_missing"
    ],
    "malformed/837P/imsweb+x12-parser/x12_segment_errors.txt": ["processed 1"],
    "malformed/837P/imsweb+x12-parser/x12_segments_out_of_order.txt": [_NO_CODES],
    "malformed/837P/xlate+staedi/837-header-ref-only.edi": ["rejected claims_missing no_claims"],
}
