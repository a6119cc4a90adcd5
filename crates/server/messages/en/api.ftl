# Problems of the case API

problem-scope = The access token does not open this part.
problem-token-missing = An access token is needed.
problem-token-invalid = The access token is not known, has expired or was revoked.
problem-case = There is no such case, or it is not yours to see.
problem-procedure = There is no such procedure.
problem-conflict = The case has moved on meanwhile. Look at what was done since, and decide again.
problem-id-taken = Another request already had this identifier.
problem-query = The query of the address cannot be read.
problem-request = The request cannot be read.
problem-storage = The storage cannot be reached at the moment. Nothing was done; send the same again.
problem-too-often = You are asking too often. Nothing was done; ask again later, and less often.
problem-storage-failed = The storage failed. Whoever runs this service must look at it.
problem-no-storage = This server keeps no cases.
problem-facts = Some of the facts cannot be used.
problem-proposal = The rules give no proposal about these facts.
problem-proposal-by-officer = No rules decide in this procedure: an officer puts forward reasons and what speaks against the person.
problem-cursor = The cursor is not one that this list gave.
problem-other-case = The other case that is named does not exist, or is not yours to see.
problem-on-behalf = The access token does not allow acting for this person.

# Which department deals with a case

department-no-place = The case names no place where it is to be handled.
department-too-large = The place of the case has several departments: it does not say which.
department-unsaid = Nothing that was read says which department deals with it at the place of the case.

# Documents

document-promised = You may promise this in writing now and hand it in later, because the facts as they stand are assessed as: { $category }.

# Why an action is refused

refused-conflict = The case has moved on.
refused-other-case = The action is about another case.
refused-other-person = The case whose decision is to be reconsidered is about another person.
refused-other-procedure = The case follows another procedure.
refused-wrong-status = The case does not stand where this can be done.
refused-no-step = The procedure has no such step.
refused-too-early = Nothing that has to come before it has been done.
refused-not-yours = This step is for others.
refused-conflict-of-interest = Whoever has a conflict of interest must not act in this case.
refused-same-person = Whoever prepared it must not decide it.
refused-declared = Another officer must confirm that this person must not act.
refused-rules-decide = Rules decide here: an officer’s own proposal is for what they leave open.
refused-no-reason = A reason is needed.
refused-nothing-asked = The notice asks for nothing.
refused-unknown-document = The procedure has no such document.
refused-second-notice = Everything had to be asked for at once: only copies handed in since can be faulted.
refused-too-much = That is more than a case can hold: 500 documents, with names of at most 200 characters, and nothing more is handed in after 2,000 actions.
refused-copy-taken = A copy of this name is there already.
refused-no-date = A time limit runs until a date that is not among the facts.
refused-correction-pending = A correction is awaited.
refused-no-correction = No correction is awaited.
refused-unknown-track = The procedure has no such track.
refused-answered = The department has given this answer already.
refused-unanswered = A department of the joint case has not answered yet.
refused-other-facts = The proposal rests on other facts than the case.
refused-unconfirmed = The decider has not yet looked at everything that speaks against the person.
refused-not-adverse = Nothing of that name speaks against the person.
refused-duplicate-unresolved = It may be the same as another case, and nobody has said whether it is.
refused-not-suspected = That case was not suspected to be the same.
refused-no-clock = No such time limit has started.
refused-not-of-time = Only what the time alone does is recorded so.
refused-served-later = It cannot have been served after it was recorded.
refused-served-early = It cannot have been served before it was made.
refused-track-refused = A department does not agree with its part: it cannot be granted. Let it go back to examination, or refuse it.
refused-nothing-against = Nothing on record speaks against the person, so it cannot be refused. Let it go back to examination, and let what speaks against them be recorded.
refused-notice-taken = There is a notice of this name already; each has a name of its own.
refused-no-notice = No notice of this name waits to be served.
refused-not-running = This time limit does not run: it was met, it has passed, or the case has ended.
refused-not-requested = Nobody has asked that this time limit be made so much longer: one officer asks, another one approves.
refused-contest-pending = This decision is contested in another case already, which has not come to its end.
refused-no-remedy = This procedure is no remedy against the decisions of that case.
refused-clock = The time limit does not allow it.
refused-other = The procedure does not allow it.

# What the API does

problem-no-proposal = Nothing has been put forward for decision in this case.
api-open = Open a case
api-open-about = The server makes the reference of the case, as TM-7K3Q-ZD5M-4. The same request again, by the same person and with the same identifier, gives the same case.
api-queue = List cases, those with the nearest time limit first
api-queue-about = A person sees their own cases; an officer sees those that were handed in and in whose procedure the department has a step. A page stays right while cases are added: what comes after it is what came after it.
api-show = One case as it stands
api-show-about = Where it stands, its time limits with what is left of them, what is missing, and what whoever asks may do next. A case that does not exist and one that is not to be seen give the same answer.
api-log = What has been done in a case
api-log-about = Officers see every action. The person sees their own side's, and those that they have been told of.
api-act = Act in a case
api-act-about = Who acts is who the token was made for, and when is when it arrives. If others have acted since the expected version, nothing is done and the answer carries what they did. The same action again does nothing and gives the same answer. A proposal is made by the server from the facts of the case.
api-proposal = What the rules say of a case today
api-proposal-about = For officers. The rules are those of the day on which the application was handed in, at the place where it is handled. Nothing is kept of it.
api-replay = Ask the rules again about the proposal that was put forward
api-replay-about = For officers. Says whether the stored facts and rules give the same proposal, byte for byte.
api-procedures = The procedures
api-procedure = One procedure
api-procedure-about = Its steps with who may take them, its time limits, documents and letters.
api-programmes = The programmes, with their versions, outcomes and the facts that they ask for
api-coverage = What the rules cover: which version, checked until when and by which source, and what is left out
api-assess = Assess a profile
api-assess-all = Assess a person by every programme, the nearest first
api-description = The description of this interface
api-health = Whether the server works; it may have no database to work with
api-ready = Whether requests should be sent here: whether the database answers

problem-clock = The machine’s clock cannot be trusted. Nothing falls due until whoever runs this service has looked at it.
problem-webhook = There is no such webhook, or it is another department’s.
problem-webhooks = Webhooks are for departments that handle cases.
problem-webhook-url = Events are not sent to this address.
api-events = What happened, over all cases
api-events-about = CloudEvents 1.0 with nothing of the person in them, of the procedures in which the officer’s department has a step. “next” can be asked for again later: nothing that is told later comes before it.
api-subscribe = Be told what happens
api-subscribe-about = Each event is sent as a CloudEvent in JSON, signed as Standard Webhooks lays down: HMAC-SHA256 with the secret over the headers webhook-id and webhook-timestamp and the body. Whoever does not answer with 2xx within 15 seconds is told again, ever less often, for three days. Redirects are not followed, and nothing is sent into the network of the server.
api-webhooks = The webhooks of the department
api-webhook = One webhook, with what it has still to be told
api-webhook-about = The first hundred deliveries that have not arrived, with what went wrong the last time.
api-unsubscribe = End a webhook
api-replay-webhook = Tell a webhook again
api-replay-webhook-about = Deliveries that were given up, or all after a place in the feed of events. Events keep their identifiers, by which a receiver knows those that it has had.

problem-letter = No letter went out with this action.
api-letters = The letters of a case
api-letters-about = Each letter that went out, in Chinese and English, written from the log of the case and nothing else.
api-letter = One letter
api-letter-about = By the number of the action with which it went out, in one language, with what stands for each placeholder of its text.
api-export-ocel = The logs of cases as OCEL 2.0
api-export-csv = The logs of cases as a table
api-export-about = What was done, when, as what and for which department: no facts, no reasons, and people by numbers that hold in this answer alone. Cases that were handed in, in whose procedure the officer’s department has a step. The header “Link” says where the next part is.

# Documents

problem-document = There is no such document.
problem-other-document = A document is named otherwise than it was uploaded.
problem-documents = The place where documents are kept does not answer. Nothing was done; send the same again.
problem-no-documents = This server keeps no documents.
problem-busy = Too many documents arrive at once. Send the same again in a moment.
problem-busy-sending = Too many documents are being fetched at once. Please fetch it again in a moment.
problem-not-searched = The document is given out once it has been searched for malicious software.
problem-infected = Malicious software was found in the document; it is not given out.
document-empty = The file is empty.
document-too-large = The file is too large: at most 20 MiB are taken. Scan it at a lower resolution, or send it in parts.
document-other-kind = PDF, JPEG and PNG are taken. Save or scan the document as PDF.
document-other-name = The name of the file ends as that of another kind of file. Give it the right name.
document-other-type = The file is sent as another type than it is. Send it with the right Content-Type, or with none.
document-damaged = The file is damaged. Save or scan it again.
document-polyglot = The file goes on with something else after its end. Save or scan it again.
document-bomb = The file becomes too large when it is unpacked. Print it to PDF anew.
document-too-many-pixels = The picture is too large. Scan it at a lower resolution.
document-active = The document is not only to be read: it holds scripts, programs or other files. Print it to PDF anew.
document-locked = The document is locked with a password. Save it without one.
document-malicious = Malicious software was found in the file. Nothing of it is kept.
api-upload = Upload a document
api-upload-about = The body is the file: PDF, JPEG or PNG of at most 20 MiB. It is looked at and searched, and its bytes are kept before it is said to be received. In a draft it is handed in at once; where a correction is awaited it waits until “correct” names it. The same document again does nothing and gives the same answer. What is refused says why, in “code”, and what is taken, in “allowed”.
api-documents = The documents of a case
api-documents-about = Officers see those that were handed in, and where the very same bytes were handed in in other cases that they may see. The person’s side also sees what it has uploaded and not handed in yet.
api-download = One document
api-download-about = As it was handed in, byte for byte, to be saved. What has not been searched yet, where documents are searched, and what malicious software was found in, is not given out.
api-known = What is known of the person already
api-known-about = Facts that their sources have confirmed in other cases of the same person, that one can still go by and that whoever asks may see: they need not be asked again.

# The page about the API

api-title = Programming interface
api-lead = Everything that this server does can be asked for over HTTP, in JSON.
api-token = Rules, programmes and procedures need no token. Cases need one, in the header “Authorization: Bearer …”; whoever runs the server makes it with “xianlu token make”. A token says who its bearer is and what it opens.
api-language = The names and meanings of members are given in English.
api-file = The same as OpenAPI 3.1, for programs
api-scope = Scope of the token
api-parameters = Parameters
api-member = Member
api-kind = Kind
api-meaning = Meaning
api-needed = required
api-body = What is sent
api-examples = Examples
api-shapes = What is sent and answered
api-problems = Problems
api-problems-about = What goes wrong is told as RFC 9457 says, as application/problem+json: a type that stays the same, a title, what is wrong in this case, and where it helps the places in the request and the same in Chinese and English.
api-problem-400 = The request cannot be read; line and column say where.
api-problem-401 = There is no token, or it is not valid.
api-problem-403 = The token does not open this.
api-problem-404 = There is nothing here, or it is not yours to see.
api-problem-405 = This address is asked in another way; “Allow” says how.
api-problem-408 = The request did not arrive in time.
api-problem-409 = The case has moved on; “since” says what was done.
api-problem-413 = The request is too large.
api-problem-415 = The request is no JSON.
api-problem-422 = The request makes sense and cannot be done; “code” says why an action was refused.
api-problem-429 = Too much was asked in too short a time; “Retry-After” says when to ask again.
api-problem-500 = Something failed here. Whoever runs this service has to look at it.
api-problem-503 = The storage is away; “Retry-After” says when to send the same again.
