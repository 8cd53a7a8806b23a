export const NetworkView = (_props: {
  endpoints: readonly string[];
  onEndpoint(address: string): void;
}) => <h1>Network</h1>;
