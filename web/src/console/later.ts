/** The styles of what is opened later (view/later.tsx): a style sheet of its own. */
import './card.css';
import './evidence.css';
import './editor.css';
import './context.css';
import './talk.css';
import './deciding.css';
import './calls.css';
import './background.css';
import './phone_card.css';
