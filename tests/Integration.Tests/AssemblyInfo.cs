using Xunit.Sdk;
using Xunit.v3;

// Each test fills the machine with processes and brokers of its own; two at once make each other time out.
[assembly: Parallelization(Mode = ParallelMode.None)]
