/** Whether a text has the form of a cron expression of five fields. */
export const isCron = (text: string): boolean => /^(?:\S+\s+){4}\S+$/.test(text) && text.split(/\s+/).every(isField);

const isField = (field: string): boolean => /^[0-9A-Za-z*,/?#LW-]+$/.test(field);
