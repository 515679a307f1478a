global using static SmartQueue.Testing.Requests;
