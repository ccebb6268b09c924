/** The target's unit, as the service manager tells of it. */
export type ServiceLook =
  | {
      readonly kind: 'available'
      /** The process that the manager takes for the service; 0: none. */
      readonly mainPid: number
      readonly hasFailed: boolean
    }
  /** Nothing can be asked of it here, and why. */
  | { readonly kind: 'unavailable'; readonly detail: string }

export interface ServiceManager {
  /** Changes nothing; never throws. */
  look(): Promise<ServiceLook>
  /**
   * Hands the restart of the target's unit, and of no other, over to the manager, and does not wait for its end.
   * `refused`: the manager has not taken it, so nothing happens. Never throws.
   */
  restart(): Promise<{ readonly kind: 'begun' } | { readonly kind: 'refused'; readonly detail: string }>
}
