/** What crosses the wire because a site has a hub. */
export { type SiteDesk, siteDeskSchema } from './desk.ts';
export {
  DEVICES_OF_SITE_MAX,
  type HubAnnouncement,
  type HubDirectory,
  hubAnnouncementSchema,
  hubDirectorySchema,
  PEOPLE_OF_SITE_MAX,
} from './directory.ts';
export { type HandOverAnswer, handOverAnswerSchema } from './hand-over.ts';
