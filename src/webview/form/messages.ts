export type FieldValue = string | boolean;
/** By the id of the field. */
export type FormValues = Readonly<Record<string, FieldValue>>;

export interface FormField {
  readonly id: string;
  /** `file`: a text with a button that chooses a file. */
  readonly kind: 'text' | 'password' | 'area' | 'select' | 'check' | 'file';
  readonly label: string;
  readonly help?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly rows?: number | undefined;
  readonly options?: readonly { readonly value: string; readonly label: string }[] | undefined;
  /** Shown only while each of these fields holds one of the values. */
  readonly when?: readonly { readonly field: string; readonly holds: readonly FieldValue[] }[] | undefined;
}

export interface FormSection {
  readonly title: string;
  readonly fields: readonly FormField[];
}

/** A table whose first row is its head. */
export interface FormPreview {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

export interface FormDescription {
  readonly heading: string;
  readonly intro?: string | undefined;
  /** The beginning of something. */
  readonly preview?: FormPreview | undefined;
  readonly sections: readonly FormSection[];
  /** The first is the one that Enter means. */
  readonly actions: readonly { readonly id: string; readonly label: string; readonly secondary?: boolean | undefined }[];
  readonly browse: string;
}

export type ToForm =
  | { readonly type: 'show'; readonly form: FormDescription; readonly values: FormValues }
  | { readonly type: 'value'; readonly field: string; readonly value: FieldValue }
  /** Lines behind those that the field holds by then. */
  | { readonly type: 'append'; readonly field: string; readonly lines: readonly string[] }
  | { readonly type: 'preview'; readonly preview: FormPreview | undefined }
  /** What is wrong, by field; those that are not named are right. */
  | { readonly type: 'problems'; readonly problems: Readonly<Record<string, string>> }
  /** `ofValues`: true only of what the fields held at the last action, so that it goes when one of them changes. */
  | {
      readonly type: 'status';
      readonly kind: 'busy' | 'ok' | 'warning' | 'error';
      readonly text: string;
      readonly ofValues?: boolean | undefined;
    };

export type FromForm =
  | { readonly type: 'ready' }
  | { readonly type: 'browse'; readonly field: string }
  | { readonly type: 'action'; readonly action: string; readonly values: FormValues }
  /** What the fields hold, a moment after one of them was changed. */
  | { readonly type: 'typed'; readonly values: FormValues };
