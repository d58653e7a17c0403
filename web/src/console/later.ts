/** The styles of what is opened later (view/later.tsx): a style sheet of its own. */
import './card.css';
import './evidence.css';
import './editor.css';
import './context.css';
import './talk.css';
import './because.css';
import './changes.css';
import './colleagues.css';
import './form.css';
import './sheets.css';
import './calls.css';
import './background.css';
import './phone_card.css';
