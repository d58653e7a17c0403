# ruff: noqa: RUF001 (the dashes people type are the data)
"""What people write to steer an assistant, its checks or its reviewers. Data only.

Ten languages for the commonest attempt; the others are written in English nearly always, or in
the signs of programs.
"""

from collections.abc import Mapping

from hitl_chat.checks.phrases import Signs

_RULES = (
    r"(?:rules?|instructions?|prompts?|guidelines?|polic(?:y|ies)|restrictions?|directives?|"
    r"constraints?|programming|training|orders|safeguards?|filters?|limitations?)"
)
_THE = (
    r"(?:(?:all|any|your|the|of|these|those|every|previous|prior|above|earlier|former|my|our|"
    r"safety|initial|original|system|internal|and|other) ){0,6}"
)

OVERRIDE = (
    (
        rf"\b(?:ignore|disregard|forget|override|overrule|bypass|circumvent|neglect|drop|discard|"
        rf"don't follow|do not follow|stop following|pay no attention to) {_THE}{_RULES}\b"
    ),
    (
        r"\b(?:ignore|disregard|forget) (?:all|everything|anything|whatever)"
        r"(?: that)?(?: was| is| you were| you've been| you have been)? ?"
        r"(?:above|before|previous|prior|said|told|written|so far|you know)\b"
    ),
    (
        r"\b(?:ignoriere?n?|vergiss|vergessen|missachten?|übergehen?|umgehen?|überschreiben?)"
        r" (?:sie |du |bitte |einfach |jetzt |sofort ){0,3}(?:alle |deine |ihre |die |den |"
        r"bisherigen |"
        r"vorherigen |vorigen |obigen |früheren |sämtliche ){0,4}(?:regeln|anweisungen|vorgaben|"
        r"anleitungen|instruktionen|richtlinien|befehle|prompts?|einschränkungen|systemprompt)\b"
    ),
    (
        r"\b(?:ignore[zrs]?|oublie[zrs]?|fais abstraction de|faites abstraction de|ne tiens pas "
        r"compte de|"
        r"ne tenez pas compte de|contourne[zrs]?) (?:s? ?)?(?:toutes |tous |tes |vos |les |des "
        r"|ces |"
        r"précédentes |anciennes ){0,4}(?:règles|instructions|consignes|directives|limites|"
        r"contraintes)\b"
    ),
    (
        r"\b(?:ignora|ignore|ignorar|olvida|olvide|olvidar|omite|omita|haz caso omiso de|descarta)"
        r" (?:todas |todos |tus |sus |las |los |mis |anteriores |previas ){0,4}(?:reglas|"
        r"instrucciones|"
        r"normas|indicaciones|directrices|restricciones|órdenes)\b"
    ),
    (
        r"\b(?:ignora|ignori|dimentica|dimentichi) (?:tutte |le |tue |sue |precedenti "
        r"){0,4}(?:regole|"
        r"istruzioni|direttive)\b"
    ),
    (
        r"\b(?:ignore|ignora|esqueça|esquece|desconsidere) (?:todas |as |suas |tuas |instruções |"
        r"anteriores ){0,3}(?:regras|instruções|diretrizes)\b"
    ),
    (
        r"\b(?:negeer|vergeet) (?:alle |je |uw |de |vorige |eerdere ){0,4}(?:regels|instructies|"
        r"richtlijnen)\b"
    ),
    (
        r"(?:игнорируй(?:те)?|забудь(?:те)?|не обращай(?:те)? внимания на) (?:все |всё |твои |"
        r"ваши |"
        r"предыдущие |эти |свои ){0,4}(?:правила|инструкции|указания)"
    ),
    r"(?:忽略|无视|忘记|忽視).{0,12}(?:指令|规则|規則|说明|提示|指示)",
    r"(?:指示|ルール|命令|規則|プロンプト).{0,6}(?:無視|忘れ)",
)
ROLE = (
    r"\byou are now (?:an? |the |in |my |called |dan\b|free|no longer|going to)",
    (
        r"\b(?:act|behave|respond|answer) as (?:if you (?:were|had|have) |an? |the )?(?:dan\b|"
        r"unrestricted|"
        r"unfiltered|uncensored|jailbroken|evil|developer|admin|administrator|root|system|"
        r"different ai|"
        r"no (?:rules|limits))"
    ),
    (
        r"\bpretend (?:that )?(?:you are|you're|to be|you have|there are) (?:an? |not |no |the "
        r")?(?:ai|bot|"
        r"assistant|human|admin|developer|manager|employee|rules|restrictions|unrestricted|dan\b)"
    ),
    r"\bfrom now on,? you (?:are|will|must|shall|have to|should|can|may|do not|don't)\b",
    r"\b(?:developer|debug|god|admin|root|dan|jailbreak|sudo|maintenance|unrestricted) mode\b",
    r"\b(?:do anything now|jailbreak|jailbroken)\b",
    r"\bwithout (?:any )?(?:restrictions|filters|limitations|censorship|safeguards)\b",
    (
        r"\bdu bist (?:jetzt|ab jetzt|nun|ab sofort) (?:ein|eine|der|die|kein|im)\b|\bab jetzt "
        r"bist du\b"
    ),
    (
        r"\btu es (?:maintenant|désormais) (?:un|une|le|la|en)\b|\bahora eres (?:un|una|el|la)\b|"
        r"\ba partir de ahora eres\b|\bora sei (?:un|una|il|la)\b|\bagora você é\b|\bje bent "
        r"nu een\b"
    ),
)
REVEAL = (
    r"\b(?:system|developer|initial|hidden|secret|original) (?:prompt|message|instructions?)\b",
    (
        r"\b(?:reveal|print|show|repeat|output|display|tell|give|leak|dump|write out|what are)"
        r" (?:me |us )?(?:all |of |verbatim |exactly ){0,2}your (?:full |complete |exact |"
        r"internal |"
        r"initial |hidden |secret |system |own |entire ){0,3}(?:prompts?|instructions|rules|"
        r"guidelines|"
        r"directives|configuration)\b"
    ),
    r"\brepeat (?:everything|all|the words|the text) (?:above|before)\b",
    (
        r"\bsystemprompt\b|\bsystem-prompt\b|\bdeine (?:geheimen |internen )?(?:anweisungen|"
        r"vorgaben) "
        r"(?:zeigen|ausgeben|verraten)|\bzeig(?:e)? (?:mir )?deine(?:n)? (?:anweisungen|prompt|"
        r"regeln)"
    ),
)
VERDICT = (
    (
        r"[\"']?(?:score|verdict|risk|risk_score|ruling|severity|is_safe|safe|unsafe|flagged|"
        r"approved|hold|"
        r"action|decision|label)[\"']\s?:\s?[\"']?(?:0(?:\.0{1,6})?|pass|passed|safe|approved?|"
        r"allow(?:ed)?|"
        r"true|false|none|low|release|no)\b"
    ),
    (
        r"\b(?:score|risk|verdict|rating|ruling|severity)\b[ :=]{1,3}(?:is |of |to |as |should be |"
        r"must be )?"
        r"[\"']?(?:0(?:\.0{1,6})?|zero|pass|safe|approved?|none)\b"
    ),
    (
        r"\b(?:score|rate|grade|mark|label|classify|judge|rule) (?:this|it|that|the (?:answer|"
        r"draft|response|"
        r"reply|message|text))(?: \w+)? (?:as |with |at )?(?:an? )?[\"']?(?:0|zero|safe|harmless|"
        r"approved?|"
        r"pass(?:ed)?|low risk|not risky)\b"
    ),
    (
        r"\b(?:return|output|respond with|answer with|reply with|give|assign)(?: an? | the | "
        r"only )?"
        r"(?:score|risk|verdict|rating)(?: of)? ?(?:0|zero|pass|safe|none)\b"
    ),
    (
        r"\b(?:nothing|no) (?:risk|problem|violation|issue)s? (?:was |were )?(?:found|detected|"
        r"here),? "
        r"(?:so )?(?:score|release|approve|send)\b"
    ),
)
AUTHORITY = (
    (
        r"\bhuman (?:approver|reviewer|moderator|operator|supervisor|agent)\b ?[:\-–=,]? ?[\"'(]?"
        r"(?:has |have )?(?:already )?(?:approved|ok|okay|cleared|confirmed|signed off|reviewed|"
        r"accepted|"
        r"checked|released)"
    ),
    (
        r"\b(?:pre-?approved|approved|cleared|verified|authori[sz]ed|checked|reviewed|signed off|"
        r"released|"
        r"confirmed|freigegeben|genehmigt|geprüft|validé|approuvé|aprobado|verificado)(?: "
        r"already)? "
        r"(?:by|von|durch|par|por) (?:an? |the |our |your |der |die |dem |le |la |el )?(?:human|"
        r"compliance|"
        r"legal|moderat\w*|review\w*|supervisor\w*|safety|security|trust|quality|qa\b|admin\w*|ceo|"
        r"management|openai|anthropic|menschen|aufsicht|rechtsabteilung|modérat\w*|cumplimiento|"
        r"conformité)"
    ),
    (
        r"\b(?:supervisor|reviewer|moderator|moderation|compliance|safety|approval|review)(?: team|"
        r" status| "
        r"check| result)? ?[:=\-–] ?[\"']?(?:ok|okay|approved|cleared|passed|safe|done|granted|"
        r"complete)\b"
    ),
    (
        r"[✅✔☑🟢] ?(?:\w+ ){0,3}(?:checked|approved|verified|cleared|safe|reviewed|compliance|"
        r"passed|geprüft|"
        r"freigegeben|validé|aprobado)"
    ),
    (
        r"\b(?:no|without|skip|bypass|avoid|disable|turn off) (?:any |the |further |human |manual |"
        r"more |all )"
        r"{0,3}(?:reviews?|moderation|oversight|escalations?|approvals?|human checks?|safety "
        r"checks?)\b"
    ),
    (
        r"\b(?:do not|don't|never|must not) (?:hold|flag|escalate|moderate|withhold|send (?:this|"
        r"it) to "
        r"(?:a )?(?:human|review))\b"
    ),
    r"\bto the (?:human |person |agent )?(?:reviewer|approver|moderator|agent reading)\b",
    (
        r"\b(?:menschlicher? (?:prüfer|freigeber|moderator)|bereits (?:von |vom )?\w* ?freigegeben|"
        r"déjà (?:approuvé|validé) par|ya (?:fue )?aprobado por)\b"
    ),
)
FENCE = (
    (
        r"</?(?:system|untrusted|assistant|instructions?|draft|data|document|context|tool_results?|"
        r"tool_response|function_results?|prompt|conversation|customer|judge|verdict|nonce|fence|"
        r"im_start|"
        r"im_end)(?:[ _:\-][^<>\n]{0,60})?/?>"
    ),
    r"<\|[a-z_]{2,30}\|>|\[/?(?:inst|system|sys)\]|<</?sys>>",
    r"(?:^|\n| )#{2,6} ?(?:system|instructions?|assistant|new instructions?|end|developer)\b",
    (
        r"[-=#*~_]{3,} ?(?:end|begin|start)(?: of)?(?: the)? (?:data|untrusted|draft|documents?|"
        r"input|prompt|"
        r"instructions?|fence|user|customer|message|conversation|context|text)\b"
    ),
    (
        r"(?:^|\n|[\"'}] ?)(?:assistant|developer|system prompt|system ?: ?(?:you|ignore|new|from|"
        r"the|all|do|answer|respond|act|override|user|message|instruction)\w*) ?[: ]"
    ),
    r"```(?:system|instructions?|prompt)|\"role\"\s?:\s?\"(?:system|developer|assistant|tool)\"",
)
ORDERS = (
    (
        r"\b(?:instructions?|notes?|messages?|attention|important|reminder|command|memo|"
        r"directive)s?"
        r" ?(?:to|for|:) (?:the |all |any |every |our |your )?(?:ai|assistants?|models?|llms?|"
        r"chatbots?|bots?|"
        r"language models?|ai agents?|ai assistants?|large language models?)\b"
    ),
    (
        r"\b(?:new|updated|real|actual|secret|additional|override|urgent) (?:system "
        r")?(?:instructions?|"
        r"directives?|orders|task) ?[:=]"
    ),
    (
        r"\b(?:ai|assistant|model|chatbot|llm)s?(?:,|:)? (?:you )?(?:must|should|shall|please) "
        r"(?:now )?"
        r"(?:ignore|call|send|execute|reveal|forward|approve|say|tell|reply|respond|issue|refund|"
        r"grant)\b"
    ),
    r"\b(?:call|invoke|execute|run|use) (?:the )?(?:tool|function|command) [\"'`]?\w",
    (
        r"\b(?:send|forward|post|upload|exfiltrate|append) (?:the |this |all |your |any "
        r")?(?:\w+ ){0,4}"
        r"(?:to|at) https?:"
    ),
    r"!\[[^\]]{0,200}\]\(https?:[^)]{0,400}[?&=][^)]{0,400}\)",
)
DECODE = (
    (
        r"\b(?:base ?64|rot-?13|rot ?13|caesar cipher|morse code|hexadecimal|hex-encoded|leetspeak|"
        r"pig latin|url-encoded)\b"
    ),
    (
        r"\b(?:decode|decrypt|decipher|de-?obfuscate|unscramble|reverse) (?:this|the following|it|"
        r"and follow|"
        r"and (?:do|execute|run|obey)|the (?:text|string|message))\b"
    ),
)

LISTS: Mapping[str, Signs] = {
    "override": Signs(0.9, regex=OVERRIDE),
    "role": Signs(0.65, regex=ROLE),
    "reveal": Signs(0.7, regex=REVEAL),
    "verdict": Signs(0.85, regex=VERDICT),
    "authority": Signs(0.8, regex=AUTHORITY),
    "fence": Signs(0.8, regex=FENCE),
    "orders": Signs(0.7, regex=ORDERS),
    "decode": Signs(0.5, regex=DECODE),
}
