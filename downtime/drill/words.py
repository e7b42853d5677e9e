"""What people write on downtime forms, by the last part of a field's id; all persons and numbers are invented."""

from __future__ import annotations

SURNAMES = (
    "Abara", "Bellweather", "Castellano", "Dunmore", "Eriksen", "Fairbrother", "Greaves", "Holloway", "Ibsen",
    "Jankowski",
    "Kettering", "Lindqvist", "Marchetti", "Norbury", "Okonjo", "Pemberton", "Quigley", "Rasmussen", "Silvestre",
    "Thackeray",
    "Umarov", "Vandermeer", "Whitlock", "Xanthis", "Yardley", "Zielinski", "Li", "Ng", "O'Dowd", "Featherstonehaugh",
)  # fmt: skip
GIVEN = {
    "F": ("Ada", "Beatrix", "Chidi-Ann", "Dolores", "Esther", "Farah", "Greta", "Henrietta", "Ines", "Jo",
    "Margaret Rose"),
    "M": ("Alvin", "Bruno", "Cyril", "Desmond", "Emeka", "Farouk", "Gus", "Horatio", "Ivo", "Jean-Luc",
    "Thomas Edward"),
}  # fmt: skip
CREDENTIALS = ("RN", "MD", "PharmD", "NP", "RRT", "DO", "BSN", "LPN")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

# Dose, route and frequency belong to a medicine: they are drawn together.
ORDERS = (
    ("cefTRIAXone", "1 g", "IV", "every 24 hours", "pneumonia"),
    ("vancomycin", "1250 mg", "IV", "every 12 hours", "sepsis"),
    ("metoprolol tartrate", "25 mg", "PO", "twice daily", "rate control"),
    ("pantoprazole", "40 mg", "IV", "daily", "stress ulcer"),
    ("furosemide", "40 mg", "IV", "every 8 hours", "edema"),
    ("acetaminophen", "650 mg", "PO", "every 6 hours", "pain"),
    ("levETIRAcetam", "500 mg", "IV", "every 12 hours", "seizure"),
    ("enoxaparin", "40 mg", "subcut", "daily", "clot prevention"),
    ("piperacillin-tazobactam", "4.5 g", "IV", "every 6 hours", "abdominal sepsis"),
    ("atorvastatin", "40 mg", "PO", "nightly", "stroke"),
    ("hydrocortisone", "50 mg", "IV", "every 6 hours", "shock"),
    ("potassium chloride", "20 mmol", "PO", "twice daily", "low potassium"),
    ("lactulose", "30 mL", "PO", "three times daily", "liver"),
    ("amLODIPine", "5 mg", "PO", "daily", "pressure"),
)  # fmt: skip
ORDER_PARTS = {"drug": 0, "name": 0, "ingredient": 0, "dose": 1, "route": 2, "frequency": 3, "reason": 4}

# By the name of the clinical range: what is usual in a bay of sick adults.
USUAL: dict[str, tuple[float, float]] = {
    "heart_rate": (58, 124), "resp_rate": (12, 28), "spo2": (89, 99), "sbp": (88, 168), "dbp": (46, 94), "map": (58,
    108),
    "weight_kg": (48, 118), "cvp": (2, 14), "etco2": (28, 48), "fio2_pct": (25, 80), "glucose_mgdl": (78, 268),
    "glucose_mmol": (4.2, 15.6), "temp_c": (35.8, 39.4), "temp_f": (96.6, 102.8), "pain_nrs": (0, 8), "peep": (5, 14),
    "plateau": (14, 30), "rass": (0, 1), "tidal_vol": (340, 520), "vent_rate": (10, 24), "urine_ml": (15, 320),
    "iv_rate_mlh": (2, 125), "fluid_in_24h": (900, 4200), "fluid_out_24h": (700, 3800), "urine_24h": (500, 2600),
    "defib_j": (120, 200),
}  # fmt: skip

PHRASES: dict[str, tuple[str, ...]] = {
    "order": ("Regular diet", "CBC and BMP in the morning", "Chest X-ray portable now",
    "Oxygen to keep SpO2 above 92 %",
              "Strict intake and output", "Turn every 2 hours", "Blood cultures x 2 before antibiotics",
              "Hold tube feeding at 0400"),
    "text": ("as discussed with family", "see note below", "repeat in one hour", "gauze changed, dry"),
    "who": ("Dr Adeyemi", "pharmacy", "bed office", "lab", "charge nurse", "RT on call"),
    "called": ("Dr Adeyemi", "rapid response", "on-call resident", "ICU fellow"),
    "trigger": ("score 7", "single 3 for RR", "nurse worried", "SBP under limit", "score 5"),
    "answer": ("bolus 500 mL, recheck", "coming now", "repeat set in 30 min", "no change", "increase O2 to 4 L"),
    "message": ("CT is ready for bed 7, bring consent", "Lab asks for a second tube, first was clotted"),
    "detail": ("patient at CT until 1120", "refused, asked again later", "pump alarm, line changed"),
    "what": ("label printer empty, went to unit 4", "saline 0.9 %", "blood pressure cuff, left arm"),
    "code": ("R", "NPO", "H", "A"), "site": ("LA", "RT", "abd L", "2"), "sex": ("F", "M"), "severity": ("mild",
    "severe"),
    "substance": ("penicillin", "latex", "iodine contrast", "morphine", "none known"),
    "reaction": ("hives", "swelling of the lips", "rash", "nausea", "not known"),
    "role": ("RN", "charge RN", "clerk", "RT", "aide"), "credential": CREDENTIALS,
    "rhythm": ("sinus", "AF", "ST", "paced", "SB"), "oxygen": ("A", "NC", "HFNC"), "device": ("A", "NC", "mask",
    "HFNC"),
    "amount": ("2 L", "4 L", "40 %", "6 L", "60 %"), "value": ("A", "C", "V"), "diet": ("regular", "NPO",
    "clear liquids"),
    "code_status": ("full", "DNR", "DNR/DNI"), "isolation": ("none", "contact", "droplet"), "acuity": ("1:1", "1:2",
    "2"),
    "lines": ("2 PIV, foley", "R IJ, art line", "PICC L"), "move": ("floor at 1400", "CT 1100", "home", "stays"),
    "provider": ("Adeyemi", "Kowalczyk", "Brandt", "Osei"), "nurse": ("Beth", "Carlos", "Dana"), "phone": ("5-1182",
    "4471"),
    "sedation": ("-1", "0", "-2"), "scale": ("NRS", "CPOT"), "window": ("1 h", "30 min"), "source": ("MAR", "EMS",
    "family"),
    "hold": ("SBP < 100", "HR under 55"), "times": ("0900 2100", "0600", "0800 1400 2000"), "start": ("now", "0900"),
    "told": ("Dr Osei 1015", "pharmacy 0940"), "egfr": ("54", "38", "above 60"), "creatinine": ("1.1", "0.9", "2.4"),
    "page": ("1", "2"), "pages": ("2", "3"), "ph": ("7.31", "7.42"), "location": ("L foot", "R arm", "sacrum"),
    "urine": ("0.5", "30 mL"), "temperature": ("38.5", "39"), "usual_bp": ("130/80", "145/85"), "rr": ("26", "30"),
    "bp": ("118/64", "96/52"), "nibp": ("122 | 70", "104 | 58"), "abp": ("118 | 62",), "rate": ("5 mL/h", "12", "75"),
    "over": ("30", "60", "15"), "route_other": ("NG tube", "PICC"), "prn_most": ("4 doses", "3 g"),
    "stop": ("after 3 doses", "7 days", "26 NOV"), "max": ("20 mL/h", "4 g"), "flag": ("H", "L"),
    "result": ("4.1 mmol/L", "negative", "138"), "test": ("BMP", "lactate", "CBC", "troponin"),
    "channel": ("phone", "radio 3", "runner"), "event": ("shock 200 J", "pulse back", "intubated"),
    "action": ("called on-call, used paper", "moved to bed 9"), "from": ("bed 7", "ED", "lab"), "to": ("CT", "lab",
    "ward 4"),
    "address": ("14 Orchard Lane, Riverside", "Flat 2, 9 Mill Street"), "phone_number": ("555 0142",),
    "drawn": ("L arm",), "bed": ("7", "12", "3B"), "age_sex": ("64 F", "41 M", "78 M"), "balance": ("-240", "610"),
    "kin_relation": ("daughter", "husband", "son"), "language": ("English", "Spanish", "Somali"),
    "gender": ("woman", "man"),
    "description": ("grey hair, scar on chin, blue coat",), "alias": ("Trauma Otter",), "contact": ("4471", "2096"),
    "existing_mrn": ("4410927",), "initials": (), "number": ("4410927", "A-1192"), "limits": ("MAP 65 to 80",),
    "goal": ("MAP over 65, 2 mL steps",), "called_to": ("Osei, resident, 4471, read back",), "patients": ("1 to 6",
    "3, 4"),
}  # fmt: skip
GENERAL = (
    "stable", "seen", "no change", "as ordered", "continue", "checked twice", "see page 2", "tolerated well", "ok",
    "pending",
    "waiting for lab", "family at bedside", "resting", "given late, patient away", "intact and dry",
)  # fmt: skip
LONG = (
    "Patient comfortable after turning, skin intact, family asked about visiting hours and was told.",
    "Complains of chest pain when coughing since last night, no fever at home, took own tablets this morning.",
    "Network still down at start of shift; paper record continues, pharmacy sends doses by runner each hour.",
    "Asked three times for the date of birth, spelled by the daughter, compared with the insurance card.",
)  # fmt: skip
