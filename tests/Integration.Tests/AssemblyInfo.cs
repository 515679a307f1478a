using Xunit.Sdk;
using Xunit.v3;

// Each test fills the machine with processes and brokers of its own. Those on a broker run one after another, and beside them the others,
// since half the time they wait; more at once make each other's starts time out.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
